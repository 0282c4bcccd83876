"""Members, points, coupons, carts and viewed products: from the folder into the tables."""

from sqlalchemy import delete, update

from backend.customers.contacts import normal_email, normal_member_no, normal_phone
from backend.importing.job import Job, Row
from backend.importing.records import (
    CartRecord,
    CouponRecord,
    MemberRecord,
    PointsRecord,
    ViewedRecord,
)
from backend.tables import Cart, CartItem, Coupon, Member, PointsEntry, Viewed


async def take_members(job: Job) -> None:
    """Read `members.jsonl`."""
    file = "members.jsonl"
    seen: dict[str, int] = {}
    for batch in job.batches(file, MemberRecord):
        for line, record in batch:
            job.unique(file, line, record.id, seen)
            job.refer(file, line, "home_store_id", record.home_store_id, job.stores)
            job.members.add(record.id)
        rows = [_member_row(job, line, record) for line, record in batch]
        await job.upsert(Member, rows, keep={"marketing_consent"})


def _member_row(job: Job, line: int, record: MemberRecord) -> Row:
    phone = normal_phone(record.phone) if record.phone else None
    if record.phone and phone is None:
        job.faults.add("members.jsonl", line, "phone", "not a telephone number")
    email = normal_email(record.email) if record.email else None
    if record.email and email is None:
        job.faults.add("members.jsonl", line, "email", "not an e-mail address")
    return record.model_dump() | {
        "member_no_key": normal_member_no(record.member_no),
        "phone": phone,
        "email": email,
        "marketing_consent": False,
        "updated_at": job.now,
    }


async def take_points(job: Job) -> None:
    """Read `points.jsonl`; the ledger of every member in it is replaced whole."""
    file = "points.jsonl"
    replaced: set[str] = set()
    for batch in job.batches(file, PointsRecord):
        for line, record in batch:
            job.refer(file, line, "customer_id", record.customer_id, job.members)
            job.refer(file, line, "store_id", record.store_id, job.stores)
        for customer_id in {record.customer_id for _, record in batch} - replaced:
            replaced.add(customer_id)
            await job.session.execute(
                delete(PointsEntry).where(PointsEntry.customer_id == customer_id)
            )
            await job.session.execute(
                update(Member).where(Member.id == customer_id).values(points_as_of=job.now)
            )
        await job.insert(PointsEntry, [record.model_dump() for _, record in batch])


async def take_coupons(job: Job) -> None:
    """Read `coupons.jsonl`."""
    file = "coupons.jsonl"
    seen: dict[str, int] = {}
    for batch in job.batches(file, CouponRecord):
        for line, record in batch:
            job.unique(file, line, record.id, seen)
            job.refer(file, line, "customer_id", record.customer_id, job.members)
        await job.upsert(Coupon, [_coupon_row(record) for _, record in batch])
        theirs = Member.id.in_({record.customer_id for _, record in batch})
        await job.session.execute(update(Member).where(theirs).values(coupons_as_of=job.now))


def _coupon_row(record: CouponRecord) -> Row:
    off, least = record.discount.amount, record.min_amount
    money = off or least
    return record.model_dump(exclude={"discount", "min_amount"}) | {
        "discount_percent": record.discount.percent,
        "discount_amount": off and off.amount,
        "min_amount": least and least.amount,
        "currency": money and money.currency,
    }


async def take_carts(job: Job) -> None:
    """Read `carts.jsonl`; a cart in it replaces the member's cart."""
    file = "carts.jsonl"
    seen: dict[str, int] = {}
    for batch in job.batches(file, CartRecord):
        items: list[Row] = []
        for line, record in batch:
            job.unique(file, line, record.customer_id, seen)
            job.refer(file, line, "customer_id", record.customer_id, job.members)
            pieces: dict[str, int] = {}
            for item in record.items:
                job.refer(file, line, "items.variant_id", item.variant_id, job.variants)
                pieces[item.variant_id] = pieces.get(item.variant_id, 0) + item.quantity
            items += [
                {
                    "customer_id": record.customer_id,
                    "variant_id": variant_id,
                    "position": position,
                    "quantity": quantity,
                }
                for position, (variant_id, quantity) in enumerate(pieces.items())
            ]
            await job.session.execute(delete(Cart).where(Cart.customer_id == record.customer_id))
        rows = [
            {"customer_id": record.customer_id, "version": 1, "updated_at": record.updated_at}
            for _, record in batch
        ]
        await job.insert(Cart, rows)
        await job.insert(CartItem, items)


async def take_viewed(job: Job) -> None:
    """Read `viewed.jsonl`."""
    file = "viewed.jsonl"
    for batch in job.batches(file, ViewedRecord):
        for line, record in batch:
            job.refer(file, line, "customer_id", record.customer_id, job.members)
            job.refer(file, line, "product_id", record.product_id, job.products)
        await job.upsert(Viewed, [record.model_dump() for _, record in batch])
