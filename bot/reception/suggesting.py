"""What the bot would answer, for a person to use: nothing is done, and nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, takewhile

from bot.dialogue.engine import PROOF, hear
from bot.dialogue.state import Turn
from bot.dialogue.steps import LookUp
from bot.errors import Fault, NoSuchTalk
from bot.messages import Account, inbound
from bot.messages.outbound import Text
from bot.ports import Desk, DeskItem, Handoffs, Letter, Sheet
from bot.reception.hearing import Hearing
from bot.reception.house import Counterhand
from bot.reception.looking import READ_BUDGET, looked_up

ENTRIES = 30
"""How far back the customer's last words are looked for."""
_BESIDE = frozenset({"note", "system"})
_OUR_MANNERS = ("manners.", "fault.")
"""Lines that only the bot itself can say."""


class Suggesting:
    """Answers the customer's last words as the bot would, with look-ups alone.

    What the customer has not proven they may see is not shown.
    """

    def __init__(self, house: Counterhand, handoffs: Handoffs, desk: Desk) -> None:
        self._house = house
        self._handoffs = handoffs
        self._desk = desk
        self._hearing = Hearing(house)

    async def suggestion(self, conversation_id: str) -> str | None:
        """An answer; None where the bot has nothing good: it did not understand, would have to do
        something, or the shop does not answer. Raises `NoSuchTalk`.
        """
        whole = await self._handoffs.whole(conversation_id)
        if whole is None:
            raise NoSuchTalk
        account = whole.row.talk.account
        said = last_words(await self._desk.timeline(conversation_id, None, ENTRIES))
        if account is None or not said:
            return None
        customers = self._house.customers
        customer, caller = await customers.profile(account), await customers.caller(account)
        try:
            turn = await self._answered(Sheet(customer, caller, whole.conversation, 0), said)
        except Fault:
            return None
        return self._worded(turn) if turn is not None else None

    async def _answered(self, sheet: Sheet, said: str) -> Turn | None:
        house = self._house
        message = _message(sheet.caller.account, said, house)
        _letters, heard = await self._hearing.together((Letter(0, message),), sheet)
        if heard is None:
            return None
        customer = self._hearing.speaking(sheet, heard, shared=False)
        now, until = house.clock.now(), house.clock.real() + READ_BUDGET
        turn = hear(sheet.conversation, heard, customer, house.skills, now, house.memory)
        while isinstance(turn.need, LookUp):
            turn = await looked_up(house, turn, turn.need, sheet.caller, until)
        return turn if _is_good(turn) else None

    def _worded(self, turn: Turn) -> str | None:
        lines = [line for line in turn.lines if not line.key.startswith(_OUR_MANNERS)]
        written = self._house.replies.write(lines, turn.customer.language, turn.now)
        return "\n".join(part.text for part in written if isinstance(part, Text)) or None


def last_words(items: Sequence[DeskItem]) -> str:
    """What the customer wrote last, several bubbles as one text; "" for nothing."""
    spoken = [item for item in reversed(items) if item.author not in _BESIDE]
    theirs = dropwhile(lambda item: item.author != "customer", spoken)
    latest = takewhile(lambda item: item.author == "customer", theirs)
    texts = [item.content.text for item in latest if isinstance(item.content, Text)]
    return "\n".join(reversed(texts))


def _is_good(turn: Turn) -> bool:
    """Is it an answer, with nothing to do, nothing to agree to, and nobody to prove?"""
    talk = turn.conversation
    leads_on = talk.of_skill(PROOF) or (talk.asked and talk.asked.effect)
    return not (turn.need or turn.missed or turn.secret or turn.handed_over or leads_on)


def _message(account: Account, said: str, house: Counterhand) -> inbound.Text:
    return inbound.Text(id="suggestion", account=account, at=house.clock.real(), text=said)
