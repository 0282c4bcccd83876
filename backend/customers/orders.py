"""Operations 14–18: a customer's orders, one order, its parcels, its receipt."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import Select, and_, func, literal, or_, select

from backend.clock import TOKYO, business_day
from backend.conventions.access import Linked, Now, Reading
from backend.conventions.bodies import Moment
from backend.conventions.language import Language
from backend.conventions.paging import PageRequest, Paging, encode_cursor
from backend.conventions.problems import Problem, invalid
from backend.conventions.routes import ContractRoute, fresh_for
from backend.customers.contacts import normal_name, normal_order_no
from backend.customers.order_book import WholeOrder, line_names, whole_order, whole_orders
from backend.customers.order_status import OrderStatus
from backend.customers.order_views import (
    PARTS,
    OrderView,
    ShipmentView,
    order_view,
    shipment_views,
)
from backend.customers.shop_rules import shop_rules
from backend.tables import Order, UtcDateTime

router = APIRouter(tags=["orders"], route_class=ContractRoute)

CHUNK = 100
LIST_PARTS = frozenset({"lines", "pickup"})
# Orders without a date come last in the list.
BEGINNING = datetime(1970, 1, 1, tzinfo=TOKYO)
_placed = func.coalesce(Order.placed_at, literal(BEGINNING, UtcDateTime), type_=UtcDateTime)


class OrderPage(BaseModel):
    """A page of orders, newest first; `history_complete_from` None says nothing is missing."""

    items: list[OrderView]
    next_cursor: str | None
    history_complete_from: date | None = None


class OrderFilter(BaseModel):
    """Which of a customer's orders are wanted; the days are business days, both included."""

    status: list[OrderStatus] = []
    channel: str | None = None
    placed_from: date | None = None
    placed_to: date | None = None
    q: str | None = None

    def narrow(self, orders: Select[Order]) -> Select[Order]:
        """What the database can tell."""
        if self.channel is not None:
            orders = orders.where(Order.channel == self.channel)
        if self.placed_from is not None:
            orders = orders.where(Order.placed_at >= _midnight(self.placed_from))
        if self.placed_to is not None:
            orders = orders.where(Order.placed_at < _midnight(self.placed_to + timedelta(days=1)))
        return orders

    def lets_through(self, whole: WholeOrder) -> bool:
        """What only the whole order can tell: its status, and words in its number and lines."""
        if self.status and whole.status not in self.status:
            return False
        if self.q is None:
            return True
        named = any(normal_name(self.q) in normal_name(line.name) for line in whole.lines)
        number = normal_order_no(self.q)
        return named or (bool(number) and number in whole.order.order_no_key)


def _order_filter(
    status: Annotated[list[OrderStatus] | None, Query()] = None,
    channel: Annotated[str | None, Query(pattern="^(ec|store)$")] = None,
    placed_from: Annotated[date | None, Query()] = None,
    placed_to: Annotated[date | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
) -> OrderFilter:
    return OrderFilter(
        status=status or [], channel=channel, placed_from=placed_from, placed_to=placed_to, q=q
    )


@router.get("/customers/{customer_id}/orders", dependencies=[Depends(fresh_for(30))])
async def list_orders(
    customer_id: str,
    asker: Linked,
    session: Reading,
    now: Now,
    language: Language,
    wanted: Annotated[OrderFilter, Depends(_order_filter)],
    page: Paging,
) -> OrderPage:
    """A customer's orders over all channels, newest first, with their lines and collection."""
    asker.must_own(customer_id)
    found: list[WholeOrder] = []
    position = _position(page)
    while len(found) <= page.limit:
        heads = select(Order).where(Order.customer_id == customer_id)
        if position is not None:
            placed_at, order_id = position
            earlier = and_(_placed == placed_at, Order.id < order_id)
            heads = heads.where(or_(_placed < placed_at, earlier))
        heads = wanted.narrow(heads).order_by(_placed.desc(), Order.id.desc()).limit(CHUNK)
        orders = list(await session.scalars(heads))
        chunk = await whole_orders(session, orders, business_day(now))
        found.extend(whole for whole in chunk if wanted.lets_through(whole))
        if len(orders) < CHUNK:
            break
        position = _place(orders[-1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    names = await line_names(session, shown, language)
    return OrderPage(
        items=[order_view(whole, names, LIST_PARTS) for whole in shown],
        next_cursor=_cursor(shown[-1].order) if more else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def _place(order: Order) -> tuple[datetime, str]:
    return order.placed_at or BEGINNING, order.id


def _cursor(order: Order) -> str:
    placed_at, order_id = _place(order)
    return encode_cursor((placed_at.isoformat(), order_id))


def _position(page: PageRequest) -> tuple[datetime, str] | None:
    after = page.after(str, str)
    if after is None:
        return None
    try:
        return datetime.fromisoformat(str(after[0])), str(after[1])
    except ValueError:
        raise invalid("/cursor", "cursor") from None


def _parts(include: Annotated[str | None, Query(max_length=100)] = None) -> frozenset[str]:
    if include is None:
        return PARTS
    parts = frozenset(include.split(","))
    if not parts <= PARTS:
        raise invalid("/include", "enum")
    return parts


@router.get("/orders/{order_id}", dependencies=[Depends(fresh_for(30))])
async def read_order(
    order_id: str,
    asker: Linked,
    session: Reading,
    now: Now,
    language: Language,
    include: Annotated[frozenset[str], Depends(_parts)],
) -> OrderView:
    """One order; `include` names the parts wanted, separated by commas (all by default)."""
    whole = await whole_order(session, order_id, asker, now)
    return order_view(whole, await line_names(session, [whole], language), include)


class Shipments(BaseModel):
    """The parcels of an order."""

    items: list[ShipmentView]


@router.get("/orders/{order_id}/shipments", dependencies=[Depends(fresh_for(300))])
async def list_shipments(order_id: str, asker: Linked, session: Reading, now: Now) -> Shipments:
    """The parcels of an order with what the carriers saw."""
    return Shipments(items=shipment_views(await whole_order(session, order_id, asker, now)))


class Receipt(BaseModel):
    """Where the receipt is; `expires_at` None says that the shop sets its link no end."""

    url: str
    expires_at: Moment | None = None
    invoice_registration_no: str | None


@router.get("/orders/{order_id}/receipt")
async def read_receipt(order_id: str, asker: Linked, session: Reading, now: Now) -> Receipt:
    """The link to the receipt; a reason, as the shop gives it, when there is none yet."""
    whole = await whole_order(session, order_id, asker, now)
    receipt = whole.order.receipt
    if receipt is None or (receipt.get("available") and not receipt.get("url")):
        raise Problem("not-supported", capability="orders.receipt")
    if not receipt.get("available"):
        raise Problem(
            "not-allowed-in-state",
            state=whole.status,
            reason=receipt.get("reason"),
            allowed_actions=whole.allowed_actions,
        )
    rules = await shop_rules(session)
    return Receipt(url=receipt["url"], invoice_registration_no=rules.invoice_registration_no)
