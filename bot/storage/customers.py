"""Who has which account, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.customers.profile import Customer, Trust
from bot.dialogue import codec
from bot.dialogue.joining import joined, joined_focus
from bot.dialogue.state import Conversation
from bot.messages import Account
from bot.ports import Caller, Clock, Proof
from bot.storage import accounts as shared
from bot.storage import people
from bot.storage.accounts import Known
from bot.storage.database import Database
from bot.storage.sealing import Seal
from bot.storage.settings import StorageSettings
from bot.storage.tables import accounts, audit, conversations, customers, desk_requests
from bot.storage.trust import IDLE_AT_MOST, PROOF_LASTS, trust


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

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        await self._database.write(lambda c: self._prove(c, account, proof, by))

    def _prove(self, connection: Connection, account: Account, proof: Proof, by: str) -> None:
        now = self._clock.real()
        language = proof.language or self._settings.languages[0]
        known = shared.ensure(connection, account, language, now)
        before, after = _both(connection, known.customer_id, proof.member_id)
        entry = {"account_id": known.id, "at": now, "by": by, "member_id": proof.member_id}
        if after is None and before.member_id is None:
            owner = before.id
            _become(connection, owner, proof)
            _note(connection, entry, "linked", owner)
        elif after is not None and after.id == before.id:
            owner = before.id
            _note(connection, entry, "proven", owner)
            if _trusted(connection, known.id, now) > proof.trust:
                return  # a weaker proof takes nothing away
        elif after is not None and before.member_id is None:
            owner = after.id
            _merge(connection, before.id, owner)
            _note(connection, entry, "merged", owner, before.id)
        else:
            owner = after.id if after else self._newly(connection, proof, language, now)
            _move(connection, known.id, before.id, owner)
            _note(connection, entry, "moved", owner, before.id)
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
        _move(connection, known.id, known.customer_id, fresh)
        connection.execute(
            update(accounts)
            .where(accounts.c.id == known.id)
            .values(linked_at=None, proven_at=None, used_at=None, session=None)
        )
        entry = {"account_id": known.id, "at": now, "by": "customer", "member_id": None}
        _note(connection, entry, "left", fresh, known.customer_id)


def _trusted(connection: Connection, account_id: int, now: datetime) -> Trust:
    row = connection.execute(
        select(accounts.c.linked_at, accounts.c.proven_at, accounts.c.used_at).where(
            accounts.c.id == account_id
        )
    ).one()
    return trust(row.linked_at, row.proven_at, row.used_at, now)


def _both(
    connection: Connection, customer_id: str, member_id: str
) -> tuple[Row[*tuple[Any, ...]], Row[*tuple[Any, ...]] | None]:
    """Whose the account is, and who the member is already; locked in the order of their ids."""
    rows = connection.execute(
        select(customers.c.id, customers.c.member_id)
        .where(or_(customers.c.id == customer_id, customers.c.member_id == member_id))
        .order_by(customers.c.id)
        .with_for_update()
    ).all()
    before = next(row for row in rows if row.id == customer_id)
    return before, next((row for row in rows if row.member_id == member_id), None)


def _become(connection: Connection, customer_id: str, proof: Proof) -> None:
    """A customer nobody knew is this member."""
    connection.execute(
        update(customers)
        .where(customers.c.id == customer_id)
        .values(member_id=proof.member_id, name=proof.name, usual_store=proof.usual_store)
    )
    if proof.language:
        connection.execute(
            update(conversations)
            .where(conversations.c.customer_id == customer_id)
            .values(language=proof.language)
        )


def _merge(connection: Connection, emptied: str, into: str) -> None:
    """A customer nobody knew becomes part of a member's; their talks are joined.

    Turns that are under way for either find the version moved on, and are answered again.
    """
    rows = connection.execute(
        select(conversations)
        .where(conversations.c.customer_id.in_((emptied, into)))
        .order_by(conversations.c.customer_id)
        .with_for_update()
    ).all()
    talks = {row.customer_id: row for row in rows}
    ours, theirs = talks[into], talks[emptied]
    whole = joined(codec.decode(ours.body, ours.id), codec.decode(theirs.body, theirs.id))
    focus = joined_focus(people.focus(ours.focus), people.focus(theirs.focus))
    _set_talk(connection, into, whole, codec.dumps(focus))
    _set_talk(connection, emptied, Conversation(theirs.id), codec.dumps(people.focus("")))
    for table in (accounts, desk_requests):
        connection.execute(
            update(table).where(table.c.customer_id == emptied).values(customer_id=into)
        )
    connection.execute(update(customers).where(customers.c.id == emptied).values(merged_into=into))


def _set_talk(
    connection: Connection, customer_id: str, conversation: Conversation, focus: str
) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == customer_id)
        .values(
            body=codec.encode(conversation),
            focus=focus,
            version=conversations.c.version + 1,
        )
    )


def _move(connection: Connection, account_id: int, before: str, after: str) -> None:
    """Only the account goes over, without what was said on it."""
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == before)
        .values(version=conversations.c.version + 1)
    )
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id, accounts.c.customer_id == before)
        .values(customer_id=after, hidden_cursor=accounts.c.last_cursor)
    )


def _note(
    connection: Connection,
    entry: dict[str, Any],
    action: str,
    customer_id: str,
    from_customer_id: str | None = None,
) -> None:
    row = {**entry, "action": action, "customer_id": customer_id}
    connection.execute(insert(audit), {**row, "from_customer_id": from_customer_id})
