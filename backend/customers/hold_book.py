"""Holds and the stock they keep back, changed together."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.store_views import hours_of
from backend.clock import business_day
from backend.conventions.problems import Problem, invalid, not_found
from backend.customers.hold_rules import closing_time, last_moment
from backend.customers.plans import tag_of
from backend.customers.reservations import Pieces, lock_stock, release, reserve
from backend.customers.shop_rules import HoldRules
from backend.tables import Hold, HoldLine, Store, Variant

LIVE = ("requested", "active")
EXTENSIONS = 1
CODE_DIGITS = 6


@dataclass(frozen=True)
class Owner:
    """Whose hold it is: a member, or without proof the user of a channel."""

    customer_id: str | None
    channel_user_ref: str

    @property
    def theirs(self) -> ColumnElement[bool]:
        """The holds that count for this owner."""
        if self.customer_id is not None:
            return Hold.customer_id == self.customer_id
        stranger = Hold.customer_id.is_(None)
        return and_(stranger, Hold.channel_user_ref == self.channel_user_ref)


@dataclass(frozen=True)
class Wish:
    """What is to be put aside."""

    store: Store
    pieces: Pieces
    purpose: str
    name: str
    visit_at: datetime | None


@dataclass
class WholeHold:
    """A hold with its lines, as it stands at the moment `now`."""

    hold: Hold
    lines: list[HoldLine]
    now: datetime

    @property
    def status(self) -> str:
        """Where it stands; one past its time is expired even before it was swept up."""
        over = self.hold.status in LIVE and self.hold.expires_at <= self.now
        return "expired" if over else self.hold.status

    @property
    def pieces(self) -> Pieces:
        """What it keeps back."""
        return {line.variant_id: line.quantity for line in self.lines}

    @property
    def allowed_actions(self) -> list[str]:
        """What its owner may do about it now."""
        if self.status not in LIVE:
            return []
        return ["extend", "release"] if self.hold.extended_times < EXTENSIONS else ["release"]

    @property
    def etag(self) -> str:
        """Changes with every change of the hold."""
        return tag_of(self.hold.id, self.hold.version, self.status)

    def must_allow(self, action: str) -> None:
        """Raises Problem (not-allowed-in-state) unless the owner may do this now."""
        if action not in self.allowed_actions:
            raise Problem(
                "not-allowed-in-state", state=self.status, allowed_actions=self.allowed_actions
            )


async def put_aside(
    session: AsyncSession, wish: Wish, owner: Owner, rules: HoldRules, now: datetime
) -> WholeHold:
    """Keep the pieces back and note for whom.

    Raises Problem: hold-limit, insufficient-stock, invalid-request, not-found (a variant).
    """
    # Without the lock one owner's parallel calls would pass the limit together.
    await lock_stock(session)
    await expire_holds(session, now)
    await _within_limit(session, owner, rules)
    expires_at = until(wish.store, now, rules)
    if wish.visit_at is not None and not now <= wish.visit_at <= expires_at:
        raise invalid("/visit_at", "range")
    known = await session.scalars(select(Variant.id).where(Variant.id.in_(wish.pieces)))
    if len(list(known)) < len(wish.pieces):
        raise not_found("variant")
    await reserve(session, wish.store.id, wish.pieces)
    hold = Hold(
        id=str(uuid.uuid4()),
        customer_id=owner.customer_id,
        channel_user_ref=owner.channel_user_ref,
        store_id=wish.store.id,
        purpose=wish.purpose,
        name_kana=wish.name,
        visit_at=wish.visit_at,
        status="requested" if rules.confirmation == "store" else "active",
        code=await _free_code(session),
        created_at=now,
        expires_at=expires_at,
        extended_times=0,
        version=1,
    )
    session.add(hold)
    await session.flush()
    lines = [
        HoldLine(hold_id=hold.id, variant_id=variant_id, position=position, quantity=quantity)
        for position, (variant_id, quantity) in enumerate(wish.pieces.items())
    ]
    session.add_all(lines)
    await session.flush()
    return WholeHold(hold, lines, now)


def until(store: Store, start: datetime, rules: HoldRules) -> datetime:
    """When what is put aside at `start` goes back: the store's closing on the last day."""
    return last_moment(closing_time(hours_of(store)), business_day(start + rules.kept))


async def _within_limit(session: AsyncSession, owner: Owner, rules: HoldRules) -> None:
    limit = rules.per_stranger if owner.customer_id is None else rules.per_member
    live = select(func.count()).select_from(Hold).where(owner.theirs, Hold.status.in_(LIVE))
    if (await session.scalar(live) or 0) >= limit:
        raise Problem("hold-limit", limit=limit)


async def _free_code(session: AsyncSession) -> str:
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        taken = select(Hold.id).where(Hold.code == code, Hold.status.in_(LIVE))
        if await session.scalar(taken) is None:
            return code


async def load_holds(
    session: AsyncSession, condition: ColumnElement[bool], now: datetime
) -> list[WholeHold]:
    """Holds with their lines, the newest first."""
    newest = select(Hold).where(condition).order_by(Hold.created_at.desc(), Hold.id)
    holds = list(await session.scalars(newest))
    lines = await _lines_of(session, [hold.id for hold in holds])
    return [WholeHold(hold, lines[hold.id], now) for hold in holds]


async def _lines_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[HoldLine]]:
    grouped: dict[str, list[HoldLine]] = defaultdict(list)
    wanted = select(HoldLine).where(HoldLine.hold_id.in_(ids)).order_by(HoldLine.position)
    for line in await session.scalars(wanted):
        grouped[line.hold_id].append(line)
    return grouped


async def take_back(session: AsyncSession, whole: WholeHold) -> None:
    """End a live hold and give its pieces back; Problem (not-allowed-in-state) if it is over."""
    whole.must_allow("release")
    whole.hold.status = "released"
    whole.hold.version += 1
    await release(session, whole.hold.store_id, whole.pieces)


async def keep_longer(
    session: AsyncSession, whole: WholeHold, store: Store, rules: HoldRules
) -> None:
    """Keep a live hold as long again, once; Problem (not-allowed-in-state) otherwise."""
    whole.must_allow("extend")
    whole.hold.expires_at = until(store, whole.hold.expires_at, rules)
    whole.hold.extended_times += 1
    whole.hold.version += 1


async def expire_holds(session: AsyncSession, now: datetime) -> int:
    """End all holds whose time is over and give their pieces back; how many there were."""
    over = and_(Hold.status.in_(LIVE), Hold.expires_at <= now)
    if await session.scalar(select(Hold.id).where(over).limit(1)) is None:
        return 0
    await lock_stock(session)
    ended = await load_holds(session, over, now)
    for whole in ended:
        whole.hold.status = "expired"
        whole.hold.version += 1
        await release(session, whole.hold.store_id, whole.pieces)
    return len(ended)
