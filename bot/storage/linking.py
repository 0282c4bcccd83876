"""Codes that carry a talk from one channel to another, and accounts that are let go again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from bot.customers import linking as rules
from bot.customers.linking import CodeNotTaken, CodeTaken, Fate, LinkCode, LinkedAccount, on_code
from bot.messages import Account
from bot.ports import Clock
from bot.storage import accounts as shared
from bot.storage import moving
from bot.storage.database import Database
from bot.storage.settings import StorageSettings
from bot.storage.tables import accounts, conversations, customers, link_codes, link_misses
from bot.storage.trust import trust

_OWNED = (
    select(
        accounts.c.channel,
        accounts.c.user,
        accounts.c.customer_id,
        customers.c.member_id,
        conversations.c.language,
    )
    .join(customers, customers.c.id == accounts.c.customer_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .where(accounts.c.id == bindparam("account"))
)


class SqlLinking:
    """`bot.ports.Linking`."""

    def __init__(self, database: Database, clock: Clock, settings: StorageSettings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def make(self, account: Account) -> LinkCode | None:
        return await self._database.write(lambda c: self._make(c, account))

    def _make(self, connection: Connection, account: Account) -> LinkCode | None:
        now = self._clock.real()
        known = shared.ensure(connection, account, self._settings.languages[0], now)
        mine = link_codes.c.account_id == known.id
        connection.execute(
            delete(link_codes).where(mine, link_codes.c.made_at < now - rules.WITHIN)
        )
        if _count(connection, link_codes.c.id, mine) >= rules.CODES_AT_MOST:
            return None
        code = "".join(secrets.choice("0123456789") for _ in range(rules.CODE_DIGITS))
        row = {"code_hash": self._hash(code), "account_id": known.id, "made_at": now}
        made = connection.execute(
            shared.insert_new(connection.dialect.name, link_codes).returning(link_codes.c.id), row
        ).first()
        # Another one's code that is still kept: so rare that asking again is answer enough.
        return LinkCode(code, now + rules.CODE_LASTS) if made else None

    async def take(self, account: Account, code: str, key: str) -> CodeTaken | CodeNotTaken:
        return await self._database.write(lambda c: self._take(c, account, code, key))

    def _take(
        self, connection: Connection, account: Account, code: str, key: str
    ) -> CodeTaken | CodeNotTaken:
        now = self._clock.real()
        known = shared.ensure(connection, account, self._settings.languages[0], now)
        mine = link_misses.c.account_id == known.id
        connection.execute(delete(link_misses).where(mine, link_misses.c.at < now - rules.WITHIN))
        missed = _count(connection, link_misses.c.id, mine)
        if missed >= rules.WRONG_AT_MOST:
            return CodeNotTaken("locked")
        row = connection.execute(
            select(link_codes, accounts)
            .join(accounts, accounts.c.id == link_codes.c.account_id)
            .where(link_codes.c.code_hash == self._hash(code))
            .with_for_update()
        ).first()
        if row is None:
            connection.execute(insert(link_misses), {"account_id": known.id, "at": now})
            left = rules.WRONG_AT_MOST - missed - 1
            return CodeNotTaken("wrong", left) if left else CodeNotTaken("locked")
        if row.used_key not in (None, key):
            return CodeNotTaken("used")
        if row.channel == account.channel:
            return CodeNotTaken("same-channel")
        if now > row.made_at + rules.CODE_LASTS and row.used_key is None:
            return CodeNotTaken("expired")
        _use(connection, row.code_hash, key)
        level = trust(row.linked_at, row.proven_at, row.used_at, now)
        owner = connection.execute(
            select(customers.c.member_id).where(customers.c.id == row.customer_id)
        ).scalar_one()
        maker = Account(row.channel, row.user)
        return CodeTaken(maker, owner if row.linked_at else None, level)

    async def give_back(self, code: str) -> None:
        await self._database.write(lambda c: _use(c, self._hash(code), None))

    async def join(self, account: Account, maker: Account) -> None:
        await self._database.write(lambda c: self._join(c, account, maker))

    def _join(self, connection: Connection, account: Account, maker: Account) -> None:
        user, other = shared.find(connection, account), shared.find(connection, maker)
        if user is None or other is None:
            return
        both = {user.customer_id, other.customer_id}
        found = {p.id: p for p in moving.parties(connection, customers.c.id.in_(both))}
        what = on_code(found[other.customer_id], found[user.customer_id])
        if what is Fate.STAYS:
            return
        now, at = self._clock.real(), self._clock.now()
        if what is Fate.MERGES:
            moving.merge(connection, user.customer_id, other.customer_id, now, at)
        else:
            moving.lend(connection, other.customer_id, user.customer_id, now, at)
        moving.note(
            connection,
            "merged" if what is Fate.MERGES else "lent",
            account_id=user.id,
            at=now,
            by="code",
            customer_id=other.customer_id,
            from_customer_id=user.customer_id,
        )

    async def linked(self, account: Account) -> Sequence[LinkedAccount]:
        return await self._database.read(lambda c: _linked(c, account))

    async def unlink(self, account: Account, which: str) -> Account | None:
        return await self._database.write(lambda c: self._unlink(c, account, which))

    def _unlink(self, connection: Connection, account: Account, which: str) -> Account | None:
        theirs = _linked(connection, account)
        one = next((one for one in theirs if one.id == which), None)
        if one is None:
            return None
        gone = connection.execute(_OWNED, {"account": int(which)}).one()
        if gone.member_id is None and len(theirs) == 1:
            return account  # nobody's already, as when this is asked for again after a crash
        now, owner = self._clock.real(), gone.customer_id
        fresh = shared.new_customer(connection, gone.language, now)
        if one.here:
            moving.part(connection, int(which), owner, fresh, now)
        else:
            moving.move(connection, int(which), owner, fresh)
        moving.untrust(connection, int(which))
        moving.note(
            connection,
            "unlinked",
            account_id=int(which),
            at=now,
            by="customer",
            customer_id=fresh,
            from_customer_id=owner,
        )
        return Account(gone.channel, gone.user)

    def _hash(self, code: str) -> str:
        """So few digits could be tried out: only who knows the operator's secret can."""
        return hmac.new(self._settings.secret.encode(), code.encode(), hashlib.sha256).hexdigest()


def _use(connection: Connection, code_hash: str, key: str | None) -> None:
    connection.execute(
        update(link_codes).where(link_codes.c.code_hash == code_hash).values(used_key=key)
    )


def _linked(connection: Connection, account: Account) -> list[LinkedAccount]:
    known = shared.find(connection, account)
    if known is None:
        return []
    rows = connection.execute(
        select(accounts.c.id, accounts.c.channel, accounts.c.linked_at, customers.c.created_at)
        .join(customers, customers.c.id == accounts.c.customer_id)
        .where(accounts.c.customer_id == known.customer_id)
        .order_by(accounts.c.id)
    ).all()
    return [
        LinkedAccount(str(row.id), row.channel, row.linked_at or row.created_at, row.id == known.id)
        for row in rows
    ]


def _count(connection: Connection, rows: ColumnElement[int], where: ColumnElement[bool]) -> int:
    counted = select(func.count(rows)).where(where)
    return int(connection.execute(counted).scalar_one())
