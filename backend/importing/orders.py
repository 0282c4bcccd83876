"""Orders with lines, parcels and pickups: from the folder into the tables."""

from collections.abc import Iterator

from sqlalchemy import delete, select

from backend.customers.contacts import normal_email, normal_order_no, normal_phone
from backend.importing.job import Job, Row
from backend.importing.records import OrderRecord
from backend.importing.records.orders import Contact, ShipmentRecord
from backend.tables import Order, OrderLine, Pickup, Shipment, ShipmentEvent

_IDS_AT_ONCE = 500


async def take_orders(job: Job) -> None:
    """Read `orders.jsonl`; what an order consists of is replaced whole."""
    file = "orders.jsonl"
    seen: dict[str, int] = {}
    for batch in job.batches(file, OrderRecord):
        for line, record in batch:
            job.unique(file, line, record.id, seen)
            _check_references(job, line, record)
        records = [record for _, record in batch]
        versions = await _forget(job, [record.id for record in records])
        rows = [_order_row(job, record, versions.get(record.id, 0) + 1) for record in records]
        await job.upsert(Order, rows, keep={"timeline", "points_earned", "points_used"})
        await job.insert(OrderLine, [row for record in records for row in _line_rows(record)])
        await job.insert(Shipment, [row for record in records for row in _parcels(job, record)])
        await job.insert(ShipmentEvent, [row for record in records for row in _events(record)])
        pickups = [row for record in records for row in _pickup_rows(job, record)]
        await job.upsert(Pickup, pickups, keep={"extension_used", "pickup_person"})


def _check_references(job: Job, line: int, record: OrderRecord) -> None:
    file = "orders.jsonl"
    job.refer(file, line, "customer_id", record.customer_id, job.members)
    job.refer(file, line, "delivery.store_id", record.delivery.store_id, job.stores)
    if record.pickup is not None:
        job.refer(file, line, "pickup.store_id", record.pickup.store_id, job.stores)
    for index, item in enumerate(record.lines):
        job.refer(file, line, f"lines.{index}.variant_id", item.variant_id, job.variants)


async def _forget(job: Job, ids: list[str]) -> dict[str, int]:
    """Delete the parts of these orders; the versions of those that were known already."""
    versions: dict[str, int] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        known = await job.session.execute(select(Order.id, Order.version).where(Order.id.in_(some)))
        versions.update((row.id, row.version) for row in known)
        await job.session.execute(delete(OrderLine).where(OrderLine.order_id.in_(some)))
        await job.session.execute(delete(Shipment).where(Shipment.order_id.in_(some)))
    return versions


def _order_row(job: Job, record: OrderRecord, version: int) -> Row:
    payment = record.payment
    return {
        "id": record.id,
        "order_no": record.order_no,
        "order_no_key": normal_order_no(record.order_no),
        "customer_id": record.customer_id,
        "contact": record.contact and _contact(record.contact),
        "channel": record.channel,
        "placed_at": record.placed_at,
        "payment_status": record.payment_status,
        "payment_method": payment and payment.method,
        "payment_due_on": payment and payment.due_on,
        "receipt": record.receipt and record.receipt.model_dump(exclude_none=True),
        "on_hold": record.on_hold,
        "delivery": record.delivery.model_dump(exclude_none=True),
        "currency": record.totals.total.currency,
        "totals": record.totals.model_dump(),
        "points_earned": None,
        "points_used": None,
        "timeline": [],
        "version": version,
        "updated_at": job.now,
    }


def _contact(contact: Contact) -> Row:
    """A guest's contact, spelled so that a proof can be compared with it exactly."""
    row = contact.model_dump(exclude_none=True)
    if contact.phone is not None:
        row["phone"] = normal_phone(contact.phone) or contact.phone
    if contact.email is not None:
        row["email"] = normal_email(contact.email) or contact.email
    return row


def _line_rows(record: OrderRecord) -> Iterator[Row]:
    for position, line in enumerate(record.lines):
        yield line.model_dump(exclude={"unit_price"}) | {
            "order_id": record.id,
            "position": position,
            "currency": line.unit_price.currency,
            "unit_price": line.unit_price.amount,
        }


def _parcels(job: Job, record: OrderRecord) -> Iterator[Row]:
    for position, parcel in enumerate(record.shipments):
        yield parcel.model_dump(exclude={"eta", "events"}) | {
            "order_id": record.id,
            "position": position,
            "eta_date": parcel.eta and parcel.eta.date,
            "eta_slot": parcel.eta and parcel.eta.slot,
            "as_of": _seen_last(job, parcel),
        }


def _seen_last(job: Job, parcel: ShipmentRecord) -> object:
    moments = [event.at for event in parcel.events]
    moments += [at for at in (parcel.shipped_at, parcel.delivered_at) if at is not None]
    return min(max(moments, default=job.now), job.now)


def _events(record: OrderRecord) -> Iterator[Row]:
    for parcel in record.shipments:
        for position, event in enumerate(parcel.events):
            yield event.model_dump() | {
                "order_id": record.id,
                "shipment_id": parcel.id,
                "position": position,
            }


def _pickup_rows(job: Job, record: OrderRecord) -> Iterator[Row]:
    if record.pickup is None:
        return
    yield record.pickup.model_dump() | {
        "order_id": record.id,
        "extension_used": False,
        "pickup_person": None,
        "as_of": job.now,
        "version": 1,
    }
