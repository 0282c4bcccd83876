"""What is connected, going on in another channel, and letting go again."""

from __future__ import annotations

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import (
    Offer,
    Reading,
    Script,
    Slot,
    confirm,
    heard,
    look_up_all,
    perform,
    prove,
    say,
    say_all,
    skill,
)
from bot.shopfront.base import Option, Refused
from bot.shopfront.channels import (
    AccountLinkPage,
    Connected,
    Disconnect,
    Disconnected,
    Invite,
    MyChannels,
    OpenAccountLink,
    OtherChannels,
)

GO_ON = Slot("go_on", str)
LET_GO = Slot("let_go", str)


@skill("link_channel", GO_ON, LET_GO, either=(GO_ON, LET_GO), leaves=True)
def link_channel(customer: Customer) -> Script:
    yield from prove(Trust.ANONYMOUS)
    channel = yield from heard(GO_ON)
    if channel is not None:
        yield from _invite(channel)
        return
    mine, others = yield from look_up_all(MyChannels(), OtherChannels())
    let_go = yield from heard(LET_GO)
    leaving = next((one for one in mine if one.id == let_go), None)
    if leaving is not None:
        yield from _disconnect(leaving, customer.trust >= Trust.LINKED)
        return
    yield from _overview(customer, mine, others)


def _invite(channel: str) -> Reading[None]:
    invitation = yield from perform(Invite(channel))
    if isinstance(invitation, Refused):
        yield from say("link.no_invitation", Offer("talk_to_person"), why=invitation.reason)
        return
    yield from say("link.invitation", invitation=invitation)


def _disconnect(account: Connected, member: bool) -> Reading[None]:
    """`member`: the account is known as a member's."""
    effect = Disconnect(account.id, account.channel)
    match (yield from confirm(effect, account=account, member=member)):
        case None:
            yield from say("link.kept", account=account)
        case Refused():
            yield from say("link.gone_already", account=account)
        case Disconnected(member=was_member):
            again = Offer("link_channel") if account.here and was_member else None
            yield from say("link.let_go", again, account=account, member=was_member)


def _overview(
    customer: Customer, mine: tuple[Connected, ...], others: tuple[str, ...]
) -> Reading[None]:
    """What is connected, each with a way to let go, and where one could go on."""
    member = customer.trust >= Trust.LINKED
    if not member:
        page = yield from perform(OpenAccountLink())
        if isinstance(page, AccountLinkPage):
            yield from say("link.log_in", page=page)
    if member or len(mine) > 1:
        yield from say("link.connected", mine=mine, member=member)
    leave = [_letting_go(one) for one in mine if member or len(mine) > 1]
    ways = [
        Offer("link_channel", {"go_on": Option(name, name)}, "offer.go_on", {"channel": name})
        for name in others
        if name not in {one.channel for one in mine if not one.here}
    ]
    if ways or leave:
        offers = [*ways, *leave]
        yield from say_all("link.elsewhere", offers, ways=bool(ways), leave=bool(leave))
    elif not member:
        yield from say("link.type_code")


def _letting_go(one: Connected) -> Offer:
    key = "offer.let_go_here" if one.here else "offer.let_go"
    slots = {"let_go": Option(one.id, one.channel)}
    return Offer("link_channel", slots, key, {"channel": one.channel})
