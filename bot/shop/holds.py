"""Pieces put aside at a store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from bot.customers.profile import Trust
from bot.dialogue import colors
from bot.shop import house, stores
from bot.shop.asking import Asking, Deed, Resource
from bot.shop.cache import NEVER
from bot.shop.catalogue import CATALOGUE, ProductWire, VariantWire
from bot.shop.problems import Problem, refused
from bot.shop.wire import Nothing, Page, Several, Wire
from bot.shopfront.base import Refused
from bot.shopfront.catalogue import (
    Held,
    Hold,
    HoldTerms,
    HoldTermsAt,
    MyHolds,
    NoLongerThere,
    PutAside,
    Released,
    ReleaseHold,
)

HOLDS = Resource("holds", NEVER)
LIVE = frozenset({"active", "requested"})
LONGEST_CLOSURE_DAYS = 31


class HoldLineWire(Wire):
    variant_id: str
    quantity: int = 1


class HoldWire(Wire):
    """`requested`: the store was asked and has not yet said yes."""

    id: str
    store_id: str
    lines: Several[HoldLineWire] = ()
    status: str = "active"
    code: str | None = None
    expires_at: AwareDatetime | None = None
    etag: str | None = None


async def put_aside(effect: PutAside, key: str, asking: Asking) -> Held | NoLongerThere | Refused:
    """Put aside for the member, or for a stranger's account with the name they gave."""
    mine = asking.caller.trust >= Trust.LINKED
    body: dict[str, object] = {
        "store_id": effect.store,
        "lines": [{"variant_id": effect.variant, "quantity": effect.quantity}],
        "purpose": "buy",
    }
    if effect.name_kana:
        body["name_kana"] = effect.name_kana
    try:
        held = await asking.act(Deed("holds", "POST", ("holds",), body, mine), key, HoldWire)
    except Problem as problem:
        if problem.slug == "insufficient-stock":
            return NoLongerThere(problem.number("available"))
        return refused(problem)
    finally:
        asking.shop.cache.forget_ports("stock", "pickup", mentioning=effect.variant)
    return Held(held.id, held.code or held.id, held.expires_at, held.status != "requested")


async def release_hold(effect: ReleaseHold, key: str, asking: Asking) -> Released | Refused:
    """Give the pieces back; one that was released already stays so."""
    mine, steps = asking.caller.trust >= Trust.LINKED, ("holds", effect.hold_id)
    try:
        await asking.act(Deed("holds", "DELETE", steps, None, mine, effect.etag), key, Nothing)
    except Problem as problem:
        refusal = refused(problem)
        return Released(effect.hold_id) if refusal.reason == "released" else refusal
    finally:
        asking.shop.cache.forget_ports("stock", "pickup")
    return Released(effect.hold_id)


async def my_holds(_: MyHolds, asking: Asking) -> tuple[Hold, ...]:
    """What is put aside now, for the member or for this account."""
    if asking.caller.trust >= Trust.LINKED:
        steps = ("customers", asking.member, "holds")
        found = await asking.find(HOLDS, steps, Page[HoldWire], mine=True)
        told = found.value.items if found else ()
    else:
        page = await asking.find_unproven(HOLDS, ("holds",), Page[HoldWire])
        told = page.items if page else ()
    live = [hold for hold in told if hold.status in LIVE]
    names, things = await asyncio.gather(
        stores.named(asking, (hold.store_id for hold in live)),
        _things(asking, live),
    )
    return tuple(
        Hold(
            hold_id=hold.id,
            number=hold.code or hold.id,
            store_name=names[hold.store_id],
            what=_what(hold, things, asking.language),
            until=hold.expires_at,
            status=hold.status,
            etag=hold.etag,
        )
        for hold in live
    )


async def hold_terms_at(query: HoldTermsAt, asking: Asking) -> HoldTerms | None:
    """The shop's rule, counted to the closing time of the last day."""
    store, told, able = await asyncio.gather(
        asking.find(stores.PLACES, ("stores", query.store), stores.StoreWire),
        house.rules(asking),
        house.capabilities(asking),
    )
    if store is None or store.value.kind != "store" or not able.supports("POST /holds"):
        return None
    rule = told.holds or house.HoldRulesWire()
    limits = able.limits
    kept: timedelta | None = None
    if rule.days is not None:
        kept = timedelta(days=rule.days)
    elif limits.hold_hours is not None:
        kept = timedelta(hours=limits.hold_hours)
    return HoldTerms(
        until=await _last_moment(asking, query.store, kept) if kept is not None else None,
        per_customer=limits.max_holds if rule.per_customer is None else rule.per_customer,
        by_store=rule.confirmation == "store",
    )


async def _last_moment(asking: Asking, store: str, kept: timedelta) -> datetime | None:
    """Closing time of the last day; if the store is shut then, of the next day it opens."""
    last = (asking.now().astimezone(stores.TOKYO) + kept).date()
    for day in await stores.days_of(asking, store, last, LONGEST_CLOSURE_DAYS):
        if not day.closed:
            return stores.moment(day.date, day.close) if day.close else None
    return None


async def _things(asking: Asking, live: list[HoldWire]) -> Mapping[str, str]:
    """What the variants of holds are called."""
    wanted = list({line.variant_id for hold in live for line in hold.lines})
    told = await asyncio.gather(*(_thing(asking, variant) for variant in wanted))
    return dict(zip(wanted, told, strict=True))


async def _thing(asking: Asking, variant: str) -> str:
    found = await asking.find(CATALOGUE, ("variants", variant), VariantWire)
    if found is None or found.value.product_id is None:
        return variant
    product = await asking.find(CATALOGUE, ("products", found.value.product_id), ProductWire)
    name = product.value.name if product else found.value.product_id
    options = found.value.options
    return " ".join((name, *(colors.named(v, asking.language) for v in options.values())))


def _what(hold: HoldWire, things: Mapping[str, str], language: str) -> str:
    pieces = (
        things[line.variant_id] + (f" × {line.quantity}" if line.quantity > 1 else "")
        for line in hold.lines
    )
    return ("、" if language == "ja" else ", ").join(pieces)
