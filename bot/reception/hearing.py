"""What letters say, held against the open question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.customers.profile import Customer
from bot.dialogue.engine import PROOF
from bot.dialogue.heard import Expecting, Heard, Request, Told
from bot.dialogue.state import Conversation
from bot.messages import inbound
from bot.ports import Letter, Sheet
from bot.reception.house import Counterhand
from bot.shopfront.base import Option

_LINK_CODE = re.compile(
    r"(?:連携コード|(?:link|connection) code)[\s:「]*([0-9]{4})[\s-]?([0-9]{4})」?", re.IGNORECASE
)
_CODE = re.compile(r"[0-9]{8}")


class Hearing:
    """Understands letters, several bubbles as one message where they belong together."""

    def __init__(self, house: Counterhand) -> None:
        self._house = house

    async def together(
        self, waiting: Sequence[Letter], sheet: Sheet
    ) -> tuple[Sequence[Letter], Heard | None]:
        """The first letter, with those right behind it while no request has been made yet."""
        count = 1
        heard = await self._understood(waiting[:1], sheet)
        while count < len(waiting) and heard is not None:
            this, following = waiting[count - 1].message, waiting[count].message
            close = following.at - this.at <= self._house.settle
            same = following.account == this.account and isinstance(following, inbound.Text)
            goes_on = may_go_on(waiting[count - 1], heard, sheet.conversation)
            if not (close and same and goes_on):
                break
            count += 1
            heard = await self._understood(waiting[:count], sheet)
        return waiting[:count], heard

    async def _understood(self, letters: Sequence[Letter], sheet: Sheet) -> Heard | None:
        """What the letters say; None for those that want no answer."""
        message = letters[-1].message
        match message:
            case inbound.Text():
                heard = await self._said(letters, sheet)
            case inbound.Tap() if inbound.asks_for_answer(message):
                return None
            case inbound.Tap(payload=inbound.BACK_TO_BOT):
                heard = Heard(requests=(Request("leave_person"),))
            case inbound.Tap(payload=payload):
                shown = sheet.conversation.shown
                label = next((b.label for b in shown if b.token == payload), "")
                heard = Heard(text=label, tap=payload)
            case inbound.Media():
                heard = await self._with_media(message, sheet)
            case inbound.Identified() if sheet.conversation.of_skill(PROOF) is None:
                return None
            case inbound.Returned(rated=False) if message.resolved or not sheet.conversation.stack:
                return None
            case inbound.Left() | inbound.Migrated() | inbound.Unsent() | inbound.Unknown():
                return None
            case inbound.AccountLinked(ok=False):
                return None
            case _:
                heard = _brought(message)
        channel = self._house.channels.get(message.account.channel)
        # What is one person's own is asked for in their own chat alone.
        asks = channel.abilities.asks if channel and not message.shared else frozenset()
        return replace(heard, channel=message.account.channel, asks=asks)

    async def _said(self, letters: Sequence[Letter], sheet: Sheet) -> Heard:
        """What is written, several bubbles being one text."""
        messages = (letter.message for letter in letters)
        text = "\n".join(m.text for m in messages if isinstance(m, inbound.Text))
        if code := _link_code(text):
            return _linking("link_code", code)
        expecting = _expecting(sheet.conversation, sheet.customer.language)
        said = await self._house.nlu.understand(text, expecting, self._house.names.current())
        return replace(said, requests=tuple(map(self._routed, said.requests)))

    def _routed(self, request: Request) -> Request:
        """What the operator leaves to people goes to a person at once."""
        if request.intent not in self._house.policy.person:
            return request
        return Request("talk_to_person", {"about": Told.of(request.intent)})

    async def _with_media(self, media: inbound.Media, sheet: Sheet) -> Heard:
        """Something to keep, and what its caption asks for."""
        about = {"media_ref": media.ref, "media_kind": media.media}
        about |= {"media_name": media.name} if media.name else {}
        about |= {"media_message": media.platform_id} if media.platform_id else {}
        keep = Request("keep_media", {name: Told.of(value) for name, value in about.items()})
        if not (media.caption or "").strip():
            return Heard(requests=(keep,))
        expecting = _expecting(sheet.conversation, sheet.customer.language)
        said = await self._house.nlu.understand(
            str(media.caption), expecting, self._house.names.current()
        )
        return replace(said, requests=(keep, *said.requests))

    def speaking(self, sheet: Sheet, heard: Heard, shared: bool) -> Customer:
        """The customer, in the language of this message where it can be told.

        `shared`: others read along.
        """
        language = heard.language or sheet.customer.language
        if language not in self._house.languages:
            language = self._house.languages[0]
        return replace(sheet.customer, language=language, in_company=shared)


def _brought(message: inbound.Inbound) -> Heard:
    """What comes without words of the customer's own."""
    match message:
        case inbound.Location(lat=lat, lng=lng, label=label):
            return Heard(slots={"place": Told.of(f"{lat},{lng}", label or f"{lat},{lng}")})
        case inbound.Joined(start=start) if start and _CODE.fullmatch(start):
            return _linking("link_code", start)
        case inbound.Joined():  # an advertisement's deep link brings words that are no code
            return Heard(requests=(Request("greet"),))
        case inbound.AccountLinked(nonce=nonce):
            return _linking("nonce", nonce)
        case inbound.Contact(phone=phone, own=True):
            return _linking("contact", phone)
        case inbound.Contact(phone=phone):
            return Heard(slots={"phone": Told.of(phone)})
        case inbound.Returned(resolved=done, rated=rated):
            return Heard(requests=(Request("rate_service"),) if rated else (), goes_on=not done)
        case inbound.PutOff() | inbound.QueueMoved():
            return Heard(requests=(Request("answer_later"),))
        case inbound.Identified():
            return Heard(goes_on=True)
    return Heard()


def _linking(slot: str, value: str) -> Heard:
    """What a platform or a link brings for the skill that joins channels."""
    return Heard(requests=(Request("carry_over", {slot: Told.of(value)}),))


def _link_code(text: str) -> str | None:
    """A code from another channel, typed or brought by a link; its digits may be grouped."""
    found = _LINK_CODE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{found[1]}{found[2]}" if found else None


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
    # What was shown since then, beside the open question, answers nothing.
    current = [b for b in conversation.shown[: conversation.current] if b.kind == "slot"]
    labelled = tuple(
        Option(told.options[0].value, button.label)
        for button in current
        for told in button.slots.values()
        if told.options
    )
    consent = asked.effect is not None or asked.yes_or_no
    return Expecting(asked.slot, labelled or asked.choices, consent, language)
