"""What letters say, held against the open question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.customers.profile import Customer
from bot.dialogue.heard import Expecting, Heard, Request, Told
from bot.dialogue.state import Conversation
from bot.messages import inbound
from bot.ports import Letter, Sheet
from bot.reception.house import Counterhand
from bot.shopfront.base import Option


class Hearing:
    """Understands letters, several bubbles as one message where they belong together."""

    def __init__(self, house: Counterhand) -> None:
        self._house = house

    def together(
        self, waiting: Sequence[Letter], sheet: Sheet
    ) -> tuple[Sequence[Letter], Heard | None]:
        """The first letter, with those right behind it while no request has been made yet."""
        count = 1
        heard = self._understood(waiting[:1], sheet)
        while count < len(waiting) and heard is not None:
            this, following = waiting[count - 1].message, waiting[count].message
            close = following.at - this.at <= self._house.settle
            same = following.account == this.account and isinstance(following, inbound.Text)
            goes_on = may_go_on(waiting[count - 1], heard, sheet.conversation)
            if not (close and same and goes_on):
                break
            count += 1
            heard = self._understood(waiting[:count], sheet)
        return waiting[:count], heard

    def _understood(self, letters: Sequence[Letter], sheet: Sheet) -> Heard | None:
        """What the letters say; None for those that want no answer."""
        message = letters[-1].message
        heard: Heard | None
        match message:
            case inbound.Text():
                texts = [
                    m.text for m in (x.message for x in letters) if isinstance(m, inbound.Text)
                ]
                text = "\n".join(texts)
                expecting = _expecting(sheet.conversation, sheet.customer.language)
                heard = self._house.nlu.understand(text, expecting, self._house.names.current())
            case inbound.Tap(payload=payload):
                shown = sheet.conversation.shown
                label = next((b.label for b in shown if b.token == payload), "")
                heard = Heard(text=label, tap=payload)
            case inbound.Location(lat=lat, lng=lng, label=label):
                heard = Heard(slots={"place": Told.of(f"{lat},{lng}", label or f"{lat},{lng}")})
            case inbound.Joined():
                heard = Heard(requests=(Request("greet"),))
            case inbound.Left() | inbound.Unsent() | inbound.AccountLinked() | inbound.Unknown():
                return None
            case _:
                heard = Heard()
        return replace(heard, channel=message.account.channel)

    def speaking(self, sheet: Sheet, heard: Heard) -> Customer:
        """The customer, in the language of this message where it can be told."""
        language = heard.language or sheet.customer.language
        if language not in self._house.languages:
            language = self._house.languages[0]
        return replace(sheet.customer, language=language)


def may_go_on(letter: Letter, heard: Heard, conversation: Conversation) -> bool:
    """A bubble without a request, where nothing was asked: the next one may say more."""
    if not isinstance(letter.message, inbound.Text) or not letter.message.text.strip():
        return False
    says_enough = heard.requests or heard.cancel or heard.yes is not None
    return not (says_enough or conversation.asked or conversation.current)


def _expecting(conversation: Conversation, language: str) -> Expecting:
    asked = conversation.asked
    if asked is None:
        return Expecting(language=language)
    current = conversation.shown[: conversation.current]
    labelled = tuple(
        Option(told.options[0].value, button.label)
        for button in current
        for told in button.slots.values()
        if told.options
    )
    consent = asked.effect is not None or asked.yes_or_no
    return Expecting(asked.slot, labelled or asked.choices, consent, language)
