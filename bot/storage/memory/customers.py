"""Who has which account, in memory."""

from __future__ import annotations

from bot.customers.linking import Fate, on_proof
from bot.customers.profile import Customer, Trust
from bot.messages import Account
from bot.ports import Caller, Proof
from bot.storage.memory.house import House, Talk


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
        lane = self._house.lanes.get(account)
        if lane is None:
            return Caller(account, self._house.settings.languages[0])
        return self._house.caller(lane)

    async def member_of(self, account: Account) -> str | None:
        return (await self.profile(account)).member_id

    async def touch(self, account: Account) -> None:
        lane, now = self._house.lanes.get(account), self._house.clock.real()
        if lane is not None and lane.trust(now) == Trust.VERIFIED:
            lane.used_at = now

    async def introduce(self, account: Account, display_name: str) -> None:
        if lane := self._house.lanes.get(account):
            lane.display_name = display_name

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        house, now = self._house, self._house.clock.real()
        language = proof.language or house.settings.languages[0]
        lane = house.lane(account, language)
        member = next((t for t in house.talks if t.member_id == proof.member_id), None)
        what = on_proof(house.party(lane.talk), house.party(member) if member else None)
        if what is Fate.STAYS and lane.trust(now) > proof.trust:
            return
        if member is None and what in (Fate.CARRIES, Fate.MOVES):
            member = house.new_talk(language)
            _become(member, proof)
        match what:
            case Fate.BECOMES:
                _become(lane.talk, proof)
            case Fate.MERGES if member:
                house.merge(lane.talk, member)
            case Fate.CARRIES if member:
                house.lend(lane.talk, member)
                house.move(lane, member)
            case Fate.MOVES if member:
                house.move(lane, member, hide=True)
        verified = now if proof.trust >= Trust.VERIFIED else None
        lane.linked_at, lane.proven_at, lane.used_at = now, verified, verified
        lane.session = proof.session

    async def leave(self, account: Account) -> None:
        lane = self._house.lanes.get(account)
        if lane is None:
            return
        self._house.move(lane, self._house.new_talk(lane.talk.language), hide=True)
        lane.untrust()


def _become(talk: Talk, proof: Proof) -> None:
    talk.member_id, talk.name = proof.member_id, proof.name
    talk.usual_store = proof.usual_store
    talk.language = proof.language or talk.language
