"""Stores, products and stock: from the folder into the tables."""

from collections.abc import Iterable, Iterator

from sqlalchemy import delete, func, select, update

from backend.catalogue.options import role_of, value_key
from backend.customers.hold_book import LIVE
from backend.importing.job import Job, Row
from backend.importing.records import ProductRecord, StockRecord, StoreRecord
from backend.importing.records.products import VariantRecord
from backend.importing.search_index import index_rows
from backend.numbering import next_number
from backend.tables import (
    ONLINE,
    Hold,
    HoldLine,
    Product,
    SearchGram,
    SearchText,
    StockLevel,
    Store,
    Variant,
    VariantOption,
)

# More parameters than this in one statement are too many for SQLite.
_IDS_AT_ONCE = 500


async def take_stores(job: Job) -> None:
    """Read `stores.jsonl`."""
    seen: dict[str, int] = {}
    for batch in job.batches("stores.jsonl", StoreRecord):
        for line, record in batch:
            job.unique("stores.jsonl", line, record.id, seen)
            job.stores.add(record.id)
        await job.upsert(Store, [_store_row(job, line, record) for line, record in batch])


def _store_row(job: Job, position: int, record: StoreRecord) -> Row:
    row = record.model_dump(
        mode="json",
        include={"id", "code", "name", "name_kana", "aliases", "translations", "kind", "lat", "lng"}
        | {"phone", "nearest_station", "weekly_hours", "services", "pickup_counter_close"},
    )
    return row | {
        **record.address.model_dump(),
        "exceptions": [day.model_dump(mode="json") for day in record.exceptions],
        "facts": record.facts.model_dump(exclude_none=True),
        "pickup_lead_time_minutes": record.pickup and record.pickup.lead_time_minutes,
        "pickup_hold_days": record.pickup and record.pickup.hold_days,
        "position": position,
        "updated_at": job.now,
    }


async def take_products(job: Job) -> None:
    """Read `products.jsonl`, with variants and search index."""
    file = "products.jsonl"
    seen: dict[str, int] = {}
    seen_variants: dict[str, int] = {}
    seen_skus: dict[str, int] = {}
    for batch in job.batches(file, ProductRecord):
        for line, record in batch:
            job.unique(file, line, record.id, seen)
            job.products.add(record.id)
            for variant in record.variants:
                job.unique(file, line, variant.id, seen_variants)
                _unique_sku(job, line, variant.sku, seen_skus)
                job.variants.add(variant.id)
        await job.upsert(
            Product, [_product_row(job, line, record) for line, record in batch], {"first_import"}
        )
        records = [record for _, record in batch]
        await job.upsert(Variant, list(_variant_rows(records)))
        await _index(job, records)


def _unique_sku(job: Job, line: int, sku: str, seen: dict[str, int]) -> None:
    if sku in seen:
        message = f"{sku!r} belongs to another variant on line {seen[sku]}"
        job.faults.add("products.jsonl", line, "variants.sku", message)
    seen.setdefault(sku, line)


def _product_row(job: Job, position: int, record: ProductRecord) -> Row:
    row = record.model_dump(mode="json", exclude={"variants", "translations", "rating"})
    words = {
        language: text.model_dump(exclude_none=True)
        for language, text in record.translations.items()
    }
    rating = record.rating.model_dump(mode="json") if record.rating else None
    return row | {
        "translations": words,
        "rating": rating,
        "position": position,
        "first_import": job.number,
        "updated_at": job.now,
    }


def _variant_rows(records: Iterable[ProductRecord]) -> Iterator[Row]:
    for record in records:
        for position, variant in enumerate(record.variants):
            yield {
                "id": variant.id,
                "product_id": record.id,
                "sku": variant.sku,
                "jan": variant.jan,
                "options": variant.options,
                "currency": variant.price.currency,
                "price": variant.price.amount,
                "list_price": variant.list_price and variant.list_price.amount,
                "sale_ends_at": variant.sale_ends_at,
                "status": variant.status,
                "position": position,
            }


def _option_rows(product_id: str, variant: VariantRecord) -> Iterator[Row]:
    for axis, value in variant.options.items():
        yield {
            "variant_id": variant.id,
            "axis": axis,
            "product_id": product_id,
            "role": role_of(axis),
            "value": value,
            "value_key": value_key(value),
        }


async def _index(job: Job, records: list[ProductRecord]) -> None:
    ids = [record.id for record in records]
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        for table in (SearchText, SearchGram, VariantOption):
            await job.session.execute(delete(table).where(table.product_id.in_(some)))
    texts: list[Row] = []
    postings: list[Row] = []
    for record in records:
        found, words = index_rows(record)
        texts += found
        postings += words
    await job.insert(SearchText, texts)
    await job.insert(SearchGram, postings)
    options = [
        row
        for record in records
        for each in record.variants
        for row in _option_rows(record.id, each)
    ]
    # A variant may have moved here from another product, and its options with it.
    await job.upsert(VariantOption, options)


async def take_stock(job: Job) -> None:
    """Read `stock.jsonl`; pieces in live holds stay reserved."""
    file = "stock.jsonl"
    number = None
    for batch in job.batches(file, StockRecord):
        if number is None:
            number = await next_number(job.session, "stock")
        for line, record in batch:
            job.refer(file, line, "variant_id", record.variant_id, job.variants)
            job.refer(file, line, "store_id", record.store_id, job.stores)
        await job.upsert(StockLevel, [_stock_row(job, number, record) for _, record in batch])
    if number is not None:
        await _reserve_holds(job, number)


def _stock_row(job: Job, number: int, record: StockRecord) -> Row:
    incoming = record.incoming
    return {
        "variant_id": record.variant_id,
        "location_id": ONLINE if record.store_id is None else record.store_id,
        "on_hand": record.on_hand,
        "reserved": record.reserved,
        "safety_buffer": 0,
        "incoming_quantity": incoming and incoming.quantity,
        "incoming_on": incoming and incoming.expected_on,
        # Nobody has counted in the future: `@0d 21:00` means at most now.
        "as_of": min(record.as_of, job.now),
        "source": "ec" if record.store_id is None else "pos",
        "change_number": number,
    }


async def _reserve_holds(job: Job, number: int) -> None:
    held = await job.session.execute(
        select(Hold.store_id, HoldLine.variant_id, func.sum(HoldLine.quantity))
        .join(HoldLine, HoldLine.hold_id == Hold.id)
        .where(Hold.status.in_(LIVE))
        .group_by(Hold.store_id, HoldLine.variant_id)
    )
    for store_id, variant_id, pieces in held.all():
        await job.session.execute(
            update(StockLevel)
            .where(StockLevel.variant_id == variant_id, StockLevel.location_id == store_id)
            .where(StockLevel.change_number == number)
            .values(reserved=StockLevel.reserved + pieces)
        )
