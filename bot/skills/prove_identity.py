"""Who are you? A member's number, phone or e-mail, then a code sent to a contact on file."""

from __future__ import annotations

from dataclasses import dataclass

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Script, Slot, ask, heard, perform, say, skill
from bot.shopfront.base import Option, Refused
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    LookUpMember,
    Proven,
    SendCode,
    TooSoon,
)

PROOF = Slot("proof", str)
MEMBER_NUMBER = Slot("member_number", str)
PHONE = Slot("phone", str)
EMAIL = Slot("email", str)
WAY = Slot("way", str)
CODE = Slot("code", str, secret=True)
AGAIN = Slot("again", str)
ORDER = Slot("order_number", str)
INSTEAD = Slot("instead", str)
NO_MORE = "no"
KINDS = ((MEMBER_NUMBER, "member_no"), (PHONE, "phone"), (EMAIL, "email"))


@skill(
    "prove_identity",
    PROOF,
    MEMBER_NUMBER,
    PHONE,
    EMAIL,
    WAY,
    CODE,
    AGAIN,
    ORDER,
    INSTEAD,
    either=(PROOF, MEMBER_NUMBER, PHONE, EMAIL, ORDER),
)
def prove_identity(customer: Customer) -> Script:
    claim = yield from _claim()
    if claim is None:
        return
    contacts = yield from perform(LookUpMember(*claim))
    if isinstance(contacts, Refused):
        yield from _not_taken(contacts)
        return
    first = yield from ask(WAY, choices=contacts.ways)
    again = yield from heard(AGAIN)
    if again == NO_MORE:
        yield from say("proof.left")
        return
    codes = yield from _sent(contacts, (again or first).split())
    if isinstance(codes.last, Refused):
        yield from say("proof.not_sent", Offer("talk_to_person"))
        return
    if isinstance(codes.last, TooSoon):
        wait = codes.last.seconds
        yield from say("proof.too_soon", wait=wait, attempt=len(codes.tried))
    if codes.sent is None:
        yield from _ask_again(codes, expired=False)
    else:
        yield from _check(codes, codes.sent)


@dataclass(frozen=True)
class _Codes:
    """What was sent in this talk: the ways tried in order, what came of the last, the code that
    counts now."""

    ways: tuple[Option, ...]
    tried: tuple[str, ...]
    last: CodeSent | TooSoon | Refused
    sent: CodeSent | None

    def more(self) -> tuple[tuple[str, Option], ...]:
        """Another code the same way, or to another contact on file."""
        *_, last = self.tried
        labels = {way.value: way.label for way in self.ways if way.value != last}
        options = {last: "@choice.send_again", **labels}
        return tuple(
            (AGAIN.name, Option(" ".join((*self.tried, way)), label))
            for way, label in options.items()
        )


def _sent(contacts: Contacts, tried: list[str]) -> Reading[_Codes]:
    """Each way tried gets its code once, in order; those before the last are remembered."""
    labels = {way.value: way.label for way in contacts.ways}
    last: CodeSent | TooSoon | Refused = Refused("not-found")
    sent = None
    for attempt, way in enumerate(tried, 1):
        last = yield from perform(SendCode(contacts.lookup_id, way, labels[way], attempt))
        sent = last if isinstance(last, CodeSent) else sent
    return _Codes(contacts.ways, tuple(tried), last, sent)


def _not_taken(refused: Refused) -> Reading[None]:
    """Too many tries, or words that are no number or address: those are asked for again."""
    if refused.reason in ("locked", "rate-limited"):
        yield from say("proof.locked", Offer("talk_to_person"))
    else:
        yield from _ask_who((yield from _other_way()))


def _claim() -> Reading[tuple[str, str] | None]:
    """Who they say they are, as (kind, value); None when they take the other way instead."""
    for slot, kind in KINDS:
        value = yield from heard(slot)
        if value is not None:
            return kind, value
    instead = yield from _other_way()
    number = yield from heard(ORDER)
    if number is not None:  # without another way, a number is a member's
        return None if instead else ("member_no", number)
    answer = yield from _ask_who(instead)
    if answer not in {option.value for option in instead}:
        yield from _ask_who(instead, without=frozenset({answer}))
    return None


def _ask_who(instead: tuple[Option, ...], without: frozenset[str] = frozenset()) -> Reading[str]:
    """Any of the numbers and addresses; where the platform vouches for one, that is enough."""
    return (yield from ask(PROOF, suggest=instead, without=without, contact=True))


def _other_way() -> Reading[tuple[Option, ...]]:
    """What a customer without membership may do instead, where there is such a way."""
    instead = yield from heard(INSTEAD)
    return (Option(instead, f"@choice.{instead}"),) if instead else ()


def _check(codes: _Codes, sent: CodeSent) -> Reading[None]:
    """The other way stays open: who is no member never gets a code, and is not told why."""
    instead = yield from _other_way()
    code = yield from ask(CODE, suggest=instead, beside=codes.more(), sent=sent)
    if code in {option.value for option in instead}:
        return
    match (yield from perform(CheckCode(sent.challenge_id, code))):
        case Proven():
            yield from say("proof.done")
        case CodeWrong(left=left):
            wrong, more = frozenset({code}), codes.more()
            yield from ask(CODE, suggest=instead, beside=more, without=wrong, sent=sent, left=left)
        case Refused(reason="code-expired"):
            yield from _ask_again(codes, expired=True)
        case Refused():
            yield from say("proof.locked", Offer("talk_to_person"))


def _ask_again(codes: _Codes, *, expired: bool) -> Reading[None]:
    """There is no code that counts: where should another one go?"""
    instead, code = (yield from _other_way()), (yield from heard(CODE))
    if code in {option.value for option in instead}:
        return
    yield from ask(
        CODE,
        suggest=instead,
        beside=(*codes.more(), (AGAIN.name, Option(NO_MORE, "@choice.not_now"))),
        without=frozenset({code} if code else ()),
        key="ask.again",
        expired=expired,
    )
