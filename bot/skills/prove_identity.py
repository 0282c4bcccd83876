"""Who are you? A member's number, phone or e-mail, then a code sent to a contact on file."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Script, Slot, ask, heard, perform, say, skill
from bot.shopfront.base import Option, Refused
from bot.shopfront.membership import CheckCode, CodeSent, CodeWrong, LookUpMember, Proven, SendCode

PROOF = Slot("proof", str)
MEMBER_NUMBER = Slot("member_number", str)
PHONE = Slot("phone", str)
EMAIL = Slot("email", str)
WAY = Slot("way", str)
CODE = Slot("code", str, secret=True)
AGAIN = Slot("again", str)
ORDER = Slot("order_number", str)
INSTEAD = Slot("instead", str)
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
    way = yield from ask(WAY, choices=contacts.ways)
    to = next(option.label for option in contacts.ways if option.value == way)
    again = yield from heard(AGAIN)
    if again == "no":
        yield from say("proof.left")
        return
    attempt = int(again or 1)
    sent = yield from perform(SendCode(contacts.lookup_id, way, to, attempt))
    if isinstance(sent, Refused):
        yield from say("proof.not_sent", Offer("talk_to_person"))
        return
    yield from _check(sent, attempt, (yield from _other_way()))


def _not_taken(refused: Refused) -> Reading[None]:
    """Too many tries, or words that are no number or address: those are asked for again."""
    if refused.reason in ("locked", "rate-limited"):
        yield from say("proof.locked", Offer("talk_to_person"))
    else:
        yield from ask(PROOF, suggest=(yield from _other_way()))


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
    answer = yield from ask(PROOF, suggest=instead)
    if answer not in {option.value for option in instead}:
        yield from ask(PROOF, suggest=instead, without=frozenset({answer}))
    return None


def _other_way() -> Reading[tuple[Option, ...]]:
    """What a customer without membership may do instead, where there is such a way."""
    instead = yield from heard(INSTEAD)
    return (Option(instead, f"@choice.{instead}"),) if instead else ()


def _check(sent: CodeSent, attempt: int, instead: tuple[Option, ...]) -> Reading[None]:
    """`instead` stays open: who is no member never gets a code, and is not told why."""
    code = yield from ask(CODE, suggest=instead, sent=sent)
    if code in {option.value for option in instead}:
        return
    match (yield from perform(CheckCode(sent.challenge_id, code))):
        case Proven():
            yield from say("proof.done")
        case CodeWrong(left=left):
            again = frozenset({code})
            yield from ask(CODE, suggest=instead, without=again, sent=sent, left=left)
        case Refused(reason="code-expired"):
            resend = Option(str(attempt + 1), "@choice.send_again")
            yield from ask(AGAIN, choices=(resend, Option("no", "@choice.not_now")))
        case Refused():
            yield from say("proof.locked", Offer("talk_to_person"))
