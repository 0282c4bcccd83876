"""A code, a platform's word or a shared number joins channels; what was open goes on there."""

from __future__ import annotations

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import Offer, Reading, Script, Slot, heard, perform, prove, say, skill
from bot.shopfront.base import Effect, Refused
from bot.shopfront.channels import CarriedOver, RedeemNonce, TrustContact, UseLinkCode
from bot.shopfront.membership import CodeWrong, Proven

LINK_CODE = Slot("link_code", str, secret=True)
NONCE = Slot("nonce", str, secret=True)
CONTACT = Slot("contact", str, secret=True)


@skill("carry_over", LINK_CODE, NONCE, CONTACT, small_talk=True)
def carry_over(customer: Customer) -> Script:
    yield from prove(Trust.ANONYMOUS)
    code = yield from heard(LINK_CODE)
    if code is not None:
        yield from _take_over(code)
    nonce = yield from heard(NONCE)
    if nonce is not None:
        yield from _known_by(RedeemNonce(nonce))
    contact = yield from heard(CONTACT)
    if contact is not None:
        yield from _known_by(TrustContact(contact))


def _take_over(code: str) -> Reading[None]:
    match (yield from perform(UseLinkCode(code))):
        case CarriedOver() as carried:
            yield from say("link.carried_over", carried=carried)
        case CodeWrong(left=left):
            yield from say("link.code_wrong", Offer("talk_to_person"), left=left)
        case Refused(reason=reason):
            yield from say("link.code_refused", Offer("link_channel"), why=reason)


def _known_by(effect: Effect[Proven | Refused]) -> Reading[None]:
    """The platform has vouched for the customer."""
    match (yield from perform(effect)):
        case Proven():
            yield from say("link.known")
        case Refused():
            yield from say("link.not_known", Offer("member_account"), Offer("talk_to_person"))
