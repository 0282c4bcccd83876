"""Operations 8 to 10: stores, one store, its calendar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.folding import fold
from backend.catalogue.geography import Place, parse_near
from backend.catalogue.similarity import similarity
from backend.catalogue.store_views import DayOut, StoreOut, day_out, hours_of, store_out
from backend.clock import business_day
from backend.conventions.access import Now, Reading
from backend.conventions.bodies import Page
from backend.conventions.language import Language
from backend.conventions.paging import Paging, encode_cursor
from backend.conventions.problems import invalid, not_found
from backend.conventions.routes import ContractRoute, fresh_for
from backend.tables import Store

LONGEST_CALENDAR = timedelta(days=61)
_FARTHEST = 10.0**9
router = APIRouter(tags=["stores"], route_class=ContractRoute)

Service = Literal["pickup", "tryon", "return"]


@dataclass(frozen=True)
class StoreSearch:
    """Which stores are wanted. A store is returned unless its kind says it serves nobody."""

    near: Annotated[str | None, Query(description="lat,lng")] = None
    radius_km: Annotated[float | None, Query(gt=0, le=20_000)] = None
    q: Annotated[str | None, Query(max_length=200)] = None
    prefecture: Annotated[str | None, Query(max_length=32)] = None
    services: Annotated[str | None, Query(description="pickup,tryon,return")] = None
    open_at: Annotated[datetime | None, Query()] = None
    kind: Annotated[Literal["store", "warehouse"], Query()] = "store"


@router.get("/stores", dependencies=[Depends(fresh_for(60))])
async def list_stores(
    search: Annotated[StoreSearch, Depends()],
    page: Paging,
    session: Reading,
    now: Now,
    language: Language,
) -> Page[StoreOut]:
    """Stores: the nearest first with `near`, the best match first with `q`."""
    place = parse_near(search.near)
    if search.radius_km is not None and place is None:
        raise invalid("/near", "required")
    rows = await session.scalars(select(Store).where(Store.kind == search.kind))
    rank = _ranking(search, place)
    ranked = sorted((rank(store), store.id, store) for store in rows if _fits(store, search, place))
    if search.q is not None:
        ranked = [entry for entry in ranked if entry[0] < 0]
    after = page.after(float, str)
    rest = [entry for entry in ranked if after is None or entry[:2] > after]
    shown = rest[: page.limit]
    more = len(rest) > len(shown)
    today = business_day(now)
    return Page(
        items=[store_out(store, now, today, language, place) for _, _, store in shown],
        next_cursor=encode_cursor(shown[-1][:2]) if more else None,
    )


def _ranking(search: StoreSearch, place: Place | None) -> Callable[[Store], float]:
    if search.q is not None:
        query = fold(search.q)
        return lambda store: -max(similarity(query, fold(text)) for text in store_texts(store))
    if place is not None:
        return lambda store: float(_or(place.metres_to(store.lat, store.lng), _FARTHEST))
    return lambda store: float(store.position)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def store_texts(store: Store) -> list[str]:
    """What a customer may call a store: names, station and place."""
    translated = [words["name"] for words in store.translations.values()]
    given = [store.name_kana, store.nearest_station, store.city, store.prefecture, store.code]
    return [store.name, *store.aliases, *translated, *(text for text in given if text)]


def _fits(store: Store, search: StoreSearch, place: Place | None) -> bool:
    if search.prefecture is not None and store.prefecture != search.prefecture:
        return False
    if not _services(search.services) <= set(store.services):
        return False
    if search.open_at is not None and not hours_of(store).open_at(_aware(search.open_at)):
        return False
    if place is None or search.radius_km is None:
        return True
    return _or(place.metres_to(store.lat, store.lng), _FARTHEST) <= search.radius_km * 1000


def _services(text: str | None) -> set[str]:
    wanted = set(text.split(",")) if text else set()
    if not wanted <= {"pickup", "tryon", "return"}:
        raise invalid("/services", "enum")
    return wanted


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise invalid("/open_at", "time zone")
    return moment


@router.get("/stores/{store_id}", dependencies=[Depends(fresh_for(60))])
async def get_store(store_id: str, session: Reading, now: Now, language: Language) -> StoreOut:
    """One store."""
    store = await store_of(session, store_id)
    return store_out(store, now, business_day(now), language, None)


@router.get("/stores/{store_id}/calendar", dependencies=[Depends(fresh_for(3600))])
async def get_calendar(
    store_id: str,
    session: Reading,
    now: Now,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> Page[DayOut]:
    """Resolved days, both ends included, at most 62; a week from today if none are named."""
    store = await store_of(session, store_id)
    start = first or business_day(now)
    end = last or start + timedelta(days=6)
    if not timedelta(0) <= end - start <= LONGEST_CALENDAR:
        raise invalid("/to", "range", "from at most 62 days before to")
    hours = hours_of(store)
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return Page(items=[day_out(hours.day(day)) for day in days])


async def store_of(session: AsyncSession, store_id: str) -> Store:
    """A store by its id. Raises Problem (not-found)."""
    store = await session.get(Store, store_id)
    if store is None:
        raise not_found("store")
    return store


async def stores_of(session: AsyncSession, ids: Sequence[str]) -> list[Store]:
    """Stores by their ids, in that order. Raises Problem (not-found) if one is missing."""
    found = {
        store.id: store for store in await session.scalars(select(Store).where(Store.id.in_(ids)))
    }
    if len(found) < len(set(ids)):
        raise not_found("store")
    return [found[store_id] for store_id in dict.fromkeys(ids)]


async def nearest_stores(session: AsyncSession, place: Place, limit: int) -> list[Store]:
    """The stores nearest to a place; those without coordinates are left out."""
    rows = await session.scalars(select(Store).where(Store.kind == "store", Store.lat.is_not(None)))
    by_distance = sorted(rows, key=lambda store: (place.metres_to(store.lat, store.lng), store.id))
    return by_distance[:limit]
