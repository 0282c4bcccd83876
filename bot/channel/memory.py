"""A counter of one process, gone with it, that keeps the rules of the real one."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.channel.protocol import Author, Invitation, Item
from bot.errors import TooMany
from bot.messages import Account
from bot.messages.inbound import Inbound, Location, Tap, Text
from bot.messages.outbound import Cards, Choice, Outbound, Place
from bot.messages.outbound import Text as Words


class InMemoryCounter:
    """Takes messages in and keeps timelines; what is answered is told by `say`.

    `accepted` are the messages in the order they came, `members` whose account is whose.
    """

    def __init__(self) -> None:
        self.accepted: list[Inbound] = []
        self.members: dict[Account, str] = {}
        self._known: set[tuple[str, str]] = set()
        self._turns: dict[Account, list[list[Item]]] = defaultdict(list)
        self._last: dict[Account, int] = defaultdict(int)
        self._hidden: dict[Account, int] = defaultdict(int)
        self._invited: dict[Account, int] = defaultdict(int)
        self._waiting = asyncio.Event()
        self._rung: dict[Account, asyncio.Event] = defaultdict(asyncio.Event)

    async def accept(self, messages: Sequence[Inbound]) -> int:
        new = [message for message in messages if self._is_new(message)]
        for message in new:
            self.accepted.append(message)
            said = self._words(message)
            if said is not None:
                account, at = message.account, message.at
                self._enter(account, "customer", [said], at, message=message.id)
        return len(new)

    async def identify(self, account: Account, member_id: str) -> Account:
        if self.members.get(account, member_id) != member_id:
            account = Account(account.channel, uuid4().hex)
        self.members[account] = member_id
        return account

    async def forget(self, account: Account) -> None:
        self.members.pop(account, None)
        self._hidden[account] = self._last[account]

    async def timeline(self, account: Account, after: int, limit: int = 100) -> Sequence[Item]:
        after = max(after, self._hidden[account])
        items: list[Item] = []
        for turn in self._turns[account]:
            if len(items) >= limit:
                break
            items += [item for item in turn if item.cursor > after]
        return items

    def others(self, channel: str) -> Sequence[str]:
        return [name for name in ("line", "telegram", "webchat") if name != channel]

    async def invite(self, account: Account, channel: str) -> Invitation:
        made = self._invited[account] = self._invited[account] + 1
        if made > 5:
            raise TooMany(900.0)
        expires_at = datetime.now(UTC) + timedelta(minutes=10)
        return Invitation(f"{made:08d}", expires_at, f"https://{channel}.example/{made:08d}")

    async def earlier(
        self, account: Account, before: int | None, limit: int = 50
    ) -> Sequence[Item]:
        hidden = self._hidden[account]
        items: list[Item] = []
        for turn in reversed(self._turns[account]):
            if len(items) >= limit:
                break
            shown = [item for item in turn if before is None or item.cursor < before]
            items = [item for item in shown if item.cursor > hidden] + items
        return items

    async def wait(self, account: Account, after: int, seconds: float) -> None:
        if self._last[account] > after:
            return
        self._waiting.set()
        try:
            await asyncio.wait_for(self._rung[account].wait(), seconds)
        except TimeoutError:
            return

    async def waited(self) -> None:
        """Return when somebody waits for a timeline (again)."""
        await self._waiting.wait()
        self._waiting.clear()

    def say(
        self, account: Account, *contents: Outbound, author: Author = "bot", name: str | None = None
    ) -> None:
        """One turn's answer, or an agent's words."""
        self._enter(account, author, contents, datetime.now(UTC), name)

    def _is_new(self, message: Inbound) -> bool:
        key = (message.account.channel, message.id)
        new = key not in self._known
        self._known.add(key)
        return new

    def _enter(
        self,
        account: Account,
        author: Author,
        contents: Sequence[Outbound],
        at: datetime,
        name: str | None = None,
        message: str | None = None,
    ) -> None:
        turn = []
        for content in contents:
            self._last[account] += 1
            cursor = self._last[account]
            turn.append(Item(cursor, account, author, at, content, name, message))
        self._turns[account].append(turn)
        self._rung.pop(account, asyncio.Event()).set()

    def _words(self, message: Inbound) -> Outbound | None:
        match message:
            case Text(text=text):
                return Words(text)
            case Tap(payload=payload):
                return Words(self._label(message.account, payload))
            case Location(lat=lat, lng=lng, label=label):
                return Place(label or "", "", lat, lng)
        return None

    def _label(self, account: Account, payload: str) -> str:
        items = [item for turn in self._turns[account] for item in turn]
        for item in reversed(items):
            for choice in _choices(item.content):
                if choice.tap == payload:
                    return choice.label
        return payload


def _choices(content: Outbound) -> Sequence[Choice]:
    match content:
        case Words(_, choices):
            return choices
        case Cards(cards):
            return [choice for card in cards for choice in card.choices]
    return ()
