"""Who has which account, in the database."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.customers.linking import Fate, Party, on_proof
from bot.customers.profile import Customer, Trust
from bot.messages import Account
from bot.ports import Caller, Clock, Proof
from bot.storage import accounts as shared
from bot.storage import moving, people
from bot.storage.accounts import Known
from bot.storage.database import Database
from bot.storage.sealing import Seal
from bot.storage.settings import StorageSettings
from bot.storage.tables import accounts, conversations, customers
from bot.storage.trust import IDLE_AT_MOST, PROOF_LASTS, trust

_ACTIONS = MappingProxyType(
    {
        Fate.STAYS: "proven",
        Fate.BECOMES: "linked",
        Fate.MERGES: "merged",
        Fate.CARRIES: "carried",
        Fate.MOVES: "moved",
    }
)


class MovedMeanwhile(RuntimeError):
    """Another process proved the same account; doing it all again is safe."""


class SqlCustomers:
    """`bot.ports.Customers`."""

    def __init__(self, database: Database, clock: Clock, settings: StorageSettings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._seal = Seal(settings.secret)

    async def profile(self, account: Account) -> Customer:
        row = await self._person(account)
        if row is None:
            return Customer(language=self._settings.languages[0], policy=self._settings.policy)
        return people.customer(row, self._settings.policy, self._clock.real())

    async def caller(self, account: Account) -> Caller:
        row = await self._person(account)
        if row is None:
            return Caller(account, self._settings.languages[0])
        return people.caller(row, account, self._seal, self._clock.real())

    async def member_of(self, account: Account) -> str | None:
        row = await self._person(account)
        return row.member_id if row and row.linked_at else None

    async def _person(self, account: Account) -> Row[*tuple[Any, ...]] | None:
        key = {"channel": account.channel, "user": account.user}
        return await self._database.read(lambda c: c.execute(people.PERSON, key).first())

    async def touch(self, account: Account) -> None:
        now = self._clock.real()
        # A proof that has run out does not come back by use.
        fresh = (accounts.c.proven_at >= now - PROOF_LASTS) & (
            accounts.c.used_at >= now - IDLE_AT_MOST
        )
        used = update(accounts).where(shared.of(account), fresh).values(used_at=now)
        await self._database.write(lambda c: c.execute(used).rowcount)

    async def introduce(self, account: Account, display_name: str) -> None:
        named = update(accounts).where(shared.of(account)).values(display_name=display_name[:255])
        await self._database.write(lambda c: c.execute(named).rowcount)

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        await self._database.write(lambda c: self._prove(c, account, proof, by))

    def _prove(self, connection: Connection, account: Account, proof: Proof, by: str) -> None:
        now = self._clock.real()
        language = proof.language or self._settings.languages[0]
        known = shared.ensure(connection, account, language, now)
        before, member = _both(connection, known.customer_id, proof.member_id)
        what = on_proof(before, member)
        if what is Fate.STAYS and _trusted(connection, known.id, now) > proof.trust:
            return  # a weaker proof takes nothing away
        owner = before.id
        if what in (Fate.MERGES, Fate.CARRIES, Fate.MOVES):
            owner = member.id if member else self._newly(connection, proof, language, now)
        match what:
            case Fate.BECOMES:
                moving.become(connection, owner, proof)
            case Fate.MERGES:
                moving.merge(connection, before.id, owner, now, self._clock.now())
            case Fate.CARRIES:
                moving.lend(connection, before.id, owner, now, self._clock.now())
                moving.move(connection, known.id, before.id, owner)
            case Fate.MOVES:
                moving.move(connection, known.id, before.id, owner, hide=True)
        moving.note(
            connection,
            _ACTIONS[what],
            account_id=known.id,
            at=now,
            by=by,
            customer_id=owner,
            member_id=proof.member_id,
            from_customer_id=before.id if before.id != owner else None,
        )
        self._trust(connection, Known(known.id, owner), proof, now)

    def _newly(self, connection: Connection, proof: Proof, language: str, now: datetime) -> str:
        return shared.new_customer(
            connection,
            language,
            now,
            member_id=proof.member_id,
            name=proof.name,
            usual_store=proof.usual_store,
        )

    def _trust(self, connection: Connection, known: Known, proof: Proof, now: datetime) -> None:
        verified = now if proof.trust >= Trust.VERIFIED else None
        trusted = connection.execute(
            update(accounts)
            .where(accounts.c.id == known.id, accounts.c.customer_id == known.customer_id)
            .values(
                linked_at=now,
                proven_at=verified,
                used_at=verified,
                session=self._seal.close(proof.session),
            )
        )
        if trusted.rowcount != 1:
            raise MovedMeanwhile("the account went to another customer at the same moment")

    async def leave(self, account: Account) -> None:
        await self._database.write(lambda c: self._leave(c, account))

    def _leave(self, connection: Connection, account: Account) -> None:
        known = shared.find(connection, account)
        if known is None:
            return
        now = self._clock.real()
        talk = connection.execute(
            select(conversations.c.language).where(conversations.c.customer_id == known.customer_id)
        ).one()
        fresh = shared.new_customer(connection, talk.language, now)
        moving.move(connection, known.id, known.customer_id, fresh, hide=True)
        moving.untrust(connection, known.id)
        moving.note(
            connection,
            "left",
            account_id=known.id,
            at=now,
            by="customer",
            customer_id=fresh,
            from_customer_id=known.customer_id,
        )


def _trusted(connection: Connection, account_id: int, now: datetime) -> Trust:
    row = connection.execute(
        select(accounts.c.linked_at, accounts.c.proven_at, accounts.c.used_at).where(
            accounts.c.id == account_id
        )
    ).one()
    return trust(row.linked_at, row.proven_at, row.used_at, now)


def _both(connection: Connection, customer_id: str, member_id: str) -> tuple[Party, Party | None]:
    """Whose the account is, and who the member is already."""
    concerned = (customers.c.id == customer_id) | (customers.c.member_id == member_id)
    found = moving.parties(connection, concerned)
    before = next(party for party in found if party.id == customer_id)
    return before, next((party for party in found if party.member_id == member_id), None)
