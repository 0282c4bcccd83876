"""The import of a whole folder, in one transaction."""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.clock import Clock
from backend.database import writing_engine
from backend.importing.catalogue import take_products, take_stock, take_stores
from backend.importing.customers import (
    take_carts,
    take_coupons,
    take_members,
    take_points,
    take_viewed,
)
from backend.importing.faults import Fault, ImportFailed
from backend.importing.job import Job, Progress
from backend.importing.orders import take_orders
from backend.importing.shop import take_faq, take_shop
from backend.numbering import next_number
from backend.tables import Product, Shop, Store

FILES = frozenset(
    {
        "stores.jsonl",
        "products.jsonl",
        "stock.jsonl",
        "members.jsonl",
        "orders.jsonl",
        "points.jsonl",
        "coupons.jsonl",
        "carts.jsonl",
        "viewed.jsonl",
        "shop.json",
    }
)
_LARGE_CACHE_KIB = 128 * 1024
_USUAL_CACHE_KIB = 2_000
# Each may refer to what was read before it.
_STEPS = (
    take_stores,
    take_products,
    take_stock,
    take_members,
    take_orders,
    take_points,
    take_coupons,
    take_carts,
    take_viewed,
    take_shop,
    take_faq,
)


@dataclass(frozen=True)
class Report:
    """What was imported: records by file, and how long it took."""

    counts: dict[str, int]
    seconds: float


async def import_folder(
    folder: Path, engine: AsyncEngine, clock: Clock, progress: Progress | None = None
) -> Report:
    """Import a folder into a database whose tables are up to date; upserts by id.

    Relative dates are resolved against `clock` in Asia/Tokyo. Raises ImportFailed, with file,
    line and field of the faults, when anything is wrong; then nothing has changed.
    """
    started = time.monotonic()
    _check_files(folder)
    async with AsyncSession(writing_engine(engine)) as session, session.begin():
        if engine.dialect.name == "sqlite":
            # The whole index of a big catalogue has to stay in memory while it grows.
            await _cache(session, _LARGE_CACHE_KIB)
        number = await next_number(session, "catalogue")
        job = Job(folder, session, clock(), number, progress)
        await job.learn()
        for step in _STEPS:
            await step(job)
        job.faults.check()
        if engine.dialect.name == "sqlite":
            await _cache(session, _USUAL_CACHE_KIB)
    return Report(job.counts, time.monotonic() - started)


async def _cache(session: AsyncSession, kib: int) -> None:
    await session.execute(text(f"PRAGMA cache_size=-{kib}"))


async def is_empty(engine: AsyncEngine) -> bool:
    """Whether nothing was ever imported into this database."""
    async with AsyncSession(engine) as session:
        for table in (Store, Product, Shop):
            if await session.scalar(select(table.id).limit(1)) is not None:
                return False
    return True


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise ImportFailed([Fault(str(folder), None, None, "no such folder")])
    names = {path.name for path in folder.iterdir() if path.suffix in (".json", ".jsonl")}
    if not names:
        raise ImportFailed([Fault(str(folder), None, None, "no file to import in this folder")])
    unknown = sorted(names - FILES)
    if unknown:
        expected = ", ".join(sorted(FILES))
        message = f"no such file in the import; expected are {expected}"
        raise ImportFailed([Fault(name, None, None, message) for name in unknown])
