"""Who has which account, in memory."""

from __future__ import annotations

from bot.customers.profile import Customer, Trust
from bot.dialogue import codec
from bot.dialogue.joining import joined, joined_focus
from bot.messages import Account
from bot.ports import Caller, Proof
from bot.storage.memory.house import House, Lane, Talk


class MemoryCustomers:
    """`bot.ports.Customers`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def profile(self, account: Account) -> Customer:
        lane = self._house.lanes.get(account)
        if lane is None:
            settings = self._house.settings
            return Customer(language=settings.languages[0], policy=settings.policy)
        return self._house.customer(lane)

    async def caller(self, account: Account) -> Caller:
        customer = await self.profile(account)
        if customer.trust == Trust.ANONYMOUS:
            return Caller(account, customer.language)
        session = self._house.lanes[account].session
        return Caller(account, customer.language, customer.member_id, session, customer.trust)

    async def member_of(self, account: Account) -> str | None:
        return (await self.profile(account)).member_id

    async def touch(self, account: Account) -> None:
        lane, now = self._house.lanes.get(account), self._house.clock.real()
        if lane is not None and lane.trust(now) == Trust.VERIFIED:
            lane.used_at = now

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        house, now = self._house, self._house.clock.real()
        language = proof.language or house.settings.languages[0]
        lane = house.lane(account, language)
        member = next((t for t in house.talks if t.member_id == proof.member_id), None)
        if member is None and lane.talk.member_id is None:
            _become(lane.talk, proof)
        elif member is not None and lane.talk.member_id is None:
            self._merge(lane.talk, member)
        elif member is not lane.talk:
            if member is None:
                member = house.new_talk(language)
                _become(member, proof)
            _move(lane, member)
        elif lane.trust(now) > proof.trust:
            return
        verified = now if proof.trust >= Trust.VERIFIED else None
        lane.linked_at, lane.proven_at, lane.used_at = now, verified, verified
        lane.session = proof.session

    def _merge(self, emptied: Talk, into: Talk) -> None:
        into.body = codec.encode(joined(into.read(), emptied.read()))
        into.focus = joined_focus(into.focus, emptied.focus)
        into.version += 1
        for lane in self._house.lanes.values():
            if lane.talk is emptied:
                lane.talk = into
        for request in self._house.requests:
            if request.talk is emptied:
                request.talk = into
        self._house.talks.remove(emptied)

    async def leave(self, account: Account) -> None:
        lane = self._house.lanes.get(account)
        if lane is None:
            return
        _move(lane, self._house.new_talk(lane.talk.language))
        lane.linked_at = lane.proven_at = lane.used_at = lane.session = None


def _become(talk: Talk, proof: Proof) -> None:
    talk.member_id, talk.name = proof.member_id, proof.name
    talk.usual_store = proof.usual_store
    talk.language = proof.language or talk.language


def _move(lane: Lane, to: Talk) -> None:
    """Only the account goes over, without what was said on it."""
    lane.talk.version += 1
    lane.talk = to
    lane.hidden = len(lane.items)
