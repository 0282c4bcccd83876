"""Operations 30–32: pieces put aside in a store.

Putting aside needs no proof: without a member's session a hold belongs to the user of a channel.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.stores import store_of
from backend.clock import in_tokyo
from backend.conventions.access import CustomerSession, Linked, Now, Reading, Settings
from backend.conventions.bodies import Body, Moment, Page
from backend.conventions.effects import DryRun, Effecting, EffectRoute, MustMatch
from backend.conventions.problems import Problem, invalid, not_found
from backend.customers.access import SessionIfAny
from backend.customers.hold_book import (
    Owner,
    WholeHold,
    Wish,
    keep_longer,
    load_holds,
    put_aside,
    take_back,
)
from backend.customers.plans import Plan, tag_of
from backend.customers.reservations import lock_stock
from backend.customers.shop_rules import hold_rules
from backend.tables import Hold, Member, Store

router = APIRouter(tags=["holds"], route_class=EffectRoute)

MAX_PIECES = 10
MAX_LINES = 10
ChannelUser = Annotated[str | None, Header(max_length=200)]


class WantedLine(Body):
    """How many pieces of a variant are to be put aside."""

    variant_id: str = Field(max_length=64)
    quantity: int = Field(ge=1, le=MAX_PIECES)


class HoldRequest(Body):
    """What to put aside, where, and for whom; a name is asked of those without a member's."""

    store_id: str = Field(max_length=64)
    lines: list[WantedLine] = Field(min_length=1, max_length=MAX_LINES)
    purpose: Literal["tryon", "buy"]
    name_kana: str | None = Field(None, min_length=1, max_length=60)
    visit_at: datetime | None = None

    @field_validator("lines")
    @classmethod
    def each_once(cls, lines: list[WantedLine]) -> list[WantedLine]:
        """Raises ValueError if a variant stands there twice."""
        if len({line.variant_id for line in lines}) < len(lines):
            raise ValueError("a variant stands on two lines")
        return lines

    @field_validator("name_kana")
    @classmethod
    def readable(cls, name: str | None) -> str | None:
        """Raises ValueError for a name of blanks or control characters."""
        if name is not None and not (name.strip() and name.isprintable()):
            raise ValueError("not a name")
        return name and name.strip()

    @field_validator("visit_at")
    @classmethod
    def zoned(cls, at: datetime | None) -> datetime | None:
        """Raises ValueError for a moment without its offset."""
        if at is not None and at.tzinfo is None:
            raise ValueError("a moment needs its offset")
        return at


class HoldLineView(BaseModel):
    """Pieces of one variant."""

    variant_id: str
    quantity: int


class HoldView(BaseModel):
    """A hold. With `confirmation` store it is `requested` until the store has confirmed it.

    `etag` is for `If-Match`, also where a hold stands in a list.
    """

    id: str
    customer_id: str | None
    store_id: str
    lines: list[HoldLineView]
    purpose: str
    name_kana: str | None
    visit_at: Moment | None
    status: str
    confirmation: str
    code: str
    created_at: Moment
    expires_at: Moment
    allowed_actions: list[str]
    version: int
    etag: str
    as_of: Moment
    source: str = "pos"


def hold_view(whole: WholeHold) -> HoldView:
    """A hold as its owner sees it."""
    hold = whole.hold
    return HoldView(
        id=hold.id,
        customer_id=hold.customer_id,
        store_id=hold.store_id,
        lines=[HoldLineView(variant_id=key, quantity=n) for key, n in whole.pieces.items()],
        purpose=hold.purpose,
        name_kana=hold.name_kana,
        visit_at=hold.visit_at,
        status=whole.status,
        confirmation="store" if hold.status == "requested" else "instant",
        code=hold.code,
        created_at=hold.created_at,
        expires_at=hold.expires_at,
        allowed_actions=whole.allowed_actions,
        version=hold.version,
        etag=whole.etag,
        as_of=whole.now,
    )


@router.post("/holds", status_code=201, response_model=HoldView | Plan)
async def create_hold(
    asked: HoldRequest,
    asker: SessionIfAny,
    session: Effecting,
    dry_run: DryRun,
    must_match: MustMatch,
    settings: Settings,
    now: Now,
    response: Response,
    channel_user_ref: ChannelUser = None,
) -> HoldView | Plan:
    """Put pieces aside; at most so many live holds each, atomic with the stock.

    A member's session needs no more; for a stranger the header `Channel-User-Ref` says who asks.
    """
    store = await store_of(session, asked.store_id)
    _must_serve(store, asked.purpose)
    owner = _owner(asker, channel_user_ref)
    wish = Wish(
        store=store,
        pieces={line.variant_id: line.quantity for line in asked.lines},
        purpose=asked.purpose,
        name=await _name(session, asked, owner),
        visit_at=asked.visit_at,
    )
    whole = await put_aside(session, wish, owner, await hold_rules(session, settings), now)
    view = hold_view(whole)
    effect = view.model_dump(
        mode="json", include={"store_id", "lines", "purpose", "expires_at", "confirmation"}
    )
    etag = tag_of(effect)
    must_match(etag)
    if dry_run:
        response.status_code = 200
        return Plan(effects=[{"kind": "hold", **effect}], etag=etag)
    response.headers["ETag"] = whole.etag
    return view


def _must_serve(store: Store, purpose: str) -> None:
    if store.kind != "store" or (purpose == "tryon" and "tryon" not in store.services):
        raise Problem("not-supported", capability=f"stores.{purpose}")


def _owner(asker: CustomerSession | None, channel_user_ref: str | None) -> Owner:
    if asker is not None:
        return Owner(asker.customer_id, asker.channel_user_ref)
    if not channel_user_ref:
        raise Problem("session-required", required_aal=1)
    return Owner(None, channel_user_ref)


async def _name(session: AsyncSession, asked: HoldRequest, owner: Owner) -> str:
    member = await session.get(Member, owner.customer_id) if owner.customer_id else None
    name = asked.name_kana or (member and (member.name_kana or member.name))
    if not name:
        raise invalid("/name_kana", "required")
    return name


@router.get("/customers/{customer_id}/holds")
async def list_holds(customer_id: str, asker: Linked, session: Reading, now: Now) -> Page[HoldView]:
    """A member's holds, with those this channel's user made before the proof; newest first."""
    asker.must_own(customer_id)
    before = and_(Hold.customer_id.is_(None), Hold.channel_user_ref == asker.channel_user_ref)
    holds = await load_holds(session, or_(Hold.customer_id == customer_id, before), now)
    return Page(items=[hold_view(whole) for whole in holds])


@router.get("/holds")
async def list_own_holds(
    asker: SessionIfAny, session: Reading, now: Now, channel_user_ref: ChannelUser = None
) -> Page[HoldView]:
    """What this user of a channel has put aside; without a session `Channel-User-Ref` says who."""
    user = asker.channel_user_ref if asker else channel_user_ref
    if user is None:
        raise Problem("session-required", required_aal=1)
    holds = await load_holds(session, Hold.channel_user_ref == user, now)
    return Page(items=[hold_view(whole) for whole in holds])


@router.get("/holds/{hold_id}")
async def read_hold(
    hold_id: str,
    asker: SessionIfAny,
    session: Reading,
    now: Now,
    response: Response,
    channel_user_ref: ChannelUser = None,
) -> HoldView:
    """One hold; without a session the header `Channel-User-Ref` says who asks."""
    whole = await _own_hold(session, hold_id, asker, channel_user_ref, now)
    response.headers["ETag"] = whole.etag
    return hold_view(whole)


async def _hold_to_change(
    hold_id: str,
    asker: SessionIfAny,
    session: Effecting,
    must_match: MustMatch,
    now: Now,
    channel_user_ref: ChannelUser = None,
) -> WholeHold:
    await lock_stock(session)
    whole = await _own_hold(session, hold_id, asker, channel_user_ref, now, to_write=True)
    must_match(whole.etag)
    return whole


HoldToChange = Annotated[WholeHold, Depends(_hold_to_change)]
"""The asker's own hold as agreed to, with the stock locked."""


@router.post("/holds/{hold_id}/extend", response_model=HoldView | Plan)
async def extend_hold(
    whole: HoldToChange,
    session: Effecting,
    dry_run: DryRun,
    settings: Settings,
    response: Response,
) -> HoldView | Plan:
    """Keep pieces aside as long again, once."""
    agreed = whole.etag
    store = await store_of(session, whole.hold.store_id)
    await keep_longer(session, whole, store, await hold_rules(session, settings))
    if dry_run:
        expires_at = in_tokyo(whole.hold.expires_at).isoformat()
        return Plan(effects=[{"kind": "hold_extended", "expires_at": expires_at}], etag=agreed)
    response.headers["ETag"] = whole.etag
    return hold_view(whole)


@router.delete("/holds/{hold_id}", response_model=HoldView | Plan)
async def release_hold(whole: HoldToChange, session: Effecting, dry_run: DryRun) -> HoldView | Plan:
    """Give the pieces back to the shelf."""
    agreed = whole.etag
    await take_back(session, whole)
    if dry_run:
        effect: dict[str, Any] = {"kind": "hold_released", "store_id": whole.hold.store_id}
        return Plan(effects=[effect], etag=agreed)
    return hold_view(whole)


async def _own_hold(
    session: AsyncSession,
    hold_id: str,
    asker: CustomerSession | None,
    user: str | None,
    now: datetime,
    to_write: bool = False,
) -> WholeHold:
    """A hold of whoever asks: the channel's user who made it, or the member (to write: level 2)."""
    found = await load_holds(session, Hold.id == hold_id, now)
    if not found:
        raise not_found("hold")
    hold = found[0].hold
    user = asker.channel_user_ref if asker else user
    if user is not None and hold.channel_user_ref == user:
        return found[0]
    if asker is None or asker.customer_id is None or asker.customer_id != hold.customer_id:
        raise not_found("hold")
    if to_write and asker.aal < 2:
        raise Problem("step-up-required", required_aal=2)
    return found[0]
