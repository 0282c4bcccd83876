"""People who write, and a worker who answers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.channel import Envelope, Item
from bot.customers.profile import Trust
from bot.dialogue.state import Conversation, Frame
from bot.messages import Account, inbound, outbound
from bot.ports import Claim, Proof, Sheet, TurnRecord
from bot.storage import Storage, StorageSettings

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Business time: noon in Tokyo."""
REAL = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)

SETTINGS = StorageSettings(
    secret="secret of the tests", pulled=frozenset({"webchat"}), free=frozenset({"line"})
)
LINE = Account("line", "U1")
WEB = Account("webchat", "w1")
LEASE = 30.0
LONG = 3600.0
"""Seconds after which who was not woken would wake by themselves: no test waits for that."""
_numbers = count(1)


class MovableClock:
    """Both times; a test moves them by hand."""

    def __init__(self) -> None:
        self._business, self._real = NOON, REAL

    def now(self) -> datetime:
        return self._business

    def real(self) -> datetime:
        return self._real

    def passes(self, **time: float) -> None:
        self._business += timedelta(**time)
        self._real += timedelta(**time)


def text(words: str, account: Account = LINE, **changes: Any) -> inbound.Text:
    message = inbound.Text(id=f"e{next(_numbers)}", account=account, at=NOON, text=words)
    return replace(message, **changes)


def tap(payload: str, account: Account = LINE) -> inbound.Tap:
    return inbound.Tap(id=f"e{next(_numbers)}", account=account, at=NOON, payload=payload)


def envelope(words: str, account: Account = LINE) -> Envelope:
    key = f"k{next(_numbers)}"
    return Envelope(key, account, "bot", outbound.Text(words), NOON, reply="token")


def proof(member: str = "M1", **changes: Any) -> Proof:
    return replace(Proof(member, f"session of {member}", Trust.VERIFIED, "山田"), **changes)


def with_frame(conversation: Conversation, name: str, at: datetime = NOON) -> Conversation:
    """The talk with one thing under way."""
    return replace(conversation, stack=(*conversation.stack, Frame(name, name, at)))


def words(items: Sequence[Item]) -> list[str]:
    return [item.content.text for item in items if isinstance(item.content, outbound.Text)]


@dataclass
class House:
    """Storage with a worker."""

    storage: Storage
    clock: MovableClock
    worker: str = "worker"

    async def write(self, *messages: inbound.Inbound) -> int:
        return await self.storage.mailbox.put(messages)

    async def claim(self) -> Claim | None:
        return await self.storage.mailbox.claim(self.worker, lease_seconds=LEASE)

    async def claimed(self) -> Claim:
        claim = await self.claim()
        assert claim is not None
        return claim

    async def sheet(self, claim: Claim, account: Account = LINE) -> Sheet:
        sheet = await self.storage.conversations.open(claim, account)
        assert sheet is not None
        return sheet

    def turn(self, claim: Claim, sheet: Sheet, *out: Envelope, **changes: Any) -> TurnRecord:
        letters = tuple(letter.id for letter in claim.letters)
        turn = TurnRecord(
            claim, letters, sheet.conversation, sheet.customer, sheet.version, tuple(out)
        )
        return replace(turn, **changes)

    async def answer(self, *out: Envelope, account: Account = LINE, **changes: Any) -> bool:
        """Claim whoever waits, answer and give the claim back."""
        return await self.answer_claimed(await self.claimed(), account, *out, **changes)

    async def answer_claimed(
        self, claim: Claim, account: Account, *out: Envelope, **changes: Any
    ) -> bool:
        """Answer a claimed customer and give the claim back."""
        sheet = await self.sheet(claim, account)
        turn = self.turn(claim, sheet, *out, **changes)
        done = await self.storage.conversations.commit(turn)
        await self.storage.mailbox.release(claim)
        return done

    async def said(self, account: Account = LINE, after: int = 0) -> list[str]:
        return words(await self.storage.timeline.after(account, after, 100))

    async def customer_id(self, account: Account = LINE) -> str:
        return (await self.storage.customers.profile(account)).id
