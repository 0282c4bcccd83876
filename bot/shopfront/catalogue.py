"""Products, stores, stock and putting aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.shopfront.base import Effect, Fact, Money, Option, Query, Refused

ONLINE = "online"
"""The store id that stands for the web shop."""


@dataclass(frozen=True)
class Axis(Fact):
    """One way a product's variants differ.

    `slot` is "size", "color" or the axis's own name: what its values are called when told.
    """

    name: str
    slot: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Product(Fact):
    spoken_of = (("product", "id", "name"),)

    id: str
    name: str
    axes: tuple[Axis, ...] = ()
    url: str | None = None
    image_url: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Variant(Fact):
    """One sellable thing: a product in one combination of options."""

    id: str
    product_id: str
    options: Mapping[str, str] = field(default_factory=dict)
    price: Money | None = None
    list_price: Money | None = None
    sale_ends_at: datetime | None = None
    status: str = "active"


@dataclass(frozen=True)
class Day(Fact):
    """A store's hours on one date, local wall clock ("HH:MM"; past midnight above 24:00)."""

    date: date
    closed: bool
    open: str | None = None
    close: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Store(Fact):
    """A shop; `facts` are parking, floor, access, payment: in the retailer's words."""

    spoken_of = (("store", "id", "name"),)

    id: str
    name: str
    address: str | None = None
    phone: str | None = None
    nearest_station: str | None = None
    lat: float | None = None
    lng: float | None = None
    services: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    open_now: bool | None = None
    pickup_counter_close: str | None = None
    distance_m: int | None = None
    kind: str = "store"


@dataclass(frozen=True)
class Incoming(Fact):
    quantity: int | None
    expected_on: date | None


Display = Literal["in_stock", "low", "out", "unknown"]


@dataclass(frozen=True)
class StockLevel(Fact):
    """Stock of one variant at one place. `available` None is unknown, never zero."""

    variant_id: str
    store_id: str
    store_name: str
    display: Display
    as_of: datetime | None
    available: int | None = None
    incoming: Incoming | None = None
    stale: bool = False
    distance_m: int | None = None

    @property
    def there(self) -> bool:
        """Is at least one known to be there?"""
        return self.display in ("in_stock", "low")


@dataclass(frozen=True)
class PickupOption(Fact):
    """Can it be ordered for collection at this store, and when is it ready?"""

    store_id: str
    possible: bool
    ready_at: datetime | None = None
    from_transfer: bool = False
    fee: Money | None = None


@dataclass(frozen=True)
class ProductById(Query[Product | None]):
    product: str


@dataclass(frozen=True)
class VariantsOf(Query[tuple[Variant, ...]]):
    """The variants that can be bought or asked for: discontinued ones are marked, not left out."""

    product: str


@dataclass(frozen=True)
class ProductsMatching(Query[tuple[Option, ...]]):
    """Products a phrase may mean, best first."""

    text: str


@dataclass(frozen=True)
class StoresMatching(Query[tuple[Option, ...]]):
    """Stores a phrase (name, station, city) may mean."""

    text: str


@dataclass(frozen=True)
class StoreById(Query[Store | None]):
    store: str


@dataclass(frozen=True)
class Stores(Query[tuple[Store, ...]]):
    """Shops a customer can visit, nearest first where `near` (degrees) is given."""

    near: tuple[float, float] | None = None
    service: str | None = None


@dataclass(frozen=True)
class Calendar(Query[tuple[Day, ...]]):
    """A store's hours from a date on. `first` None is today; `days` at most 62."""

    store: str
    first: date | None = None
    days: int = 1


@dataclass(frozen=True)
class StockAt(Query[tuple[StockLevel, ...]]):
    """Stock of variants at named stores (`ONLINE` too), one level for each pair."""

    variants: tuple[str, ...]
    stores: tuple[str, ...]


@dataclass(frozen=True)
class StockElsewhere(Query[tuple[StockLevel, ...]]):
    """Stores that have a variant, nearest to `near` first, at most `limit`."""

    variant: str
    near: str | None = None
    limit: int = 3


@dataclass(frozen=True)
class PickupAt(Query[PickupOption | None]):
    """Collecting a variant at a store after ordering; None where the shop does not say."""

    variant: str
    store: str


@dataclass(frozen=True)
class Held(Fact):
    """Put aside. `confirmed` False: the store was asked and still has to say yes."""

    hold_id: str
    number: str
    until: datetime | None
    confirmed: bool = True


@dataclass(frozen=True)
class NoLongerThere(Fact):
    available: int | None = None


@dataclass(frozen=True)
class PutAside(Effect[Held | NoLongerThere | Refused]):
    """Put pieces aside at a store; `name_kana` is whose name is on them."""

    store: str
    variant: str
    quantity: int = 1
    name_kana: str = ""


@dataclass(frozen=True)
class HoldTerms(Fact):
    """How long things are put aside and how many, by the shop's own rule."""

    until: datetime | None = None
    per_customer: int | None = None
    by_store: bool = False


@dataclass(frozen=True)
class HoldTermsAt(Query[HoldTerms | None]):
    """The terms of putting aside at a store; None where the shop cannot put aside."""

    store: str


@dataclass(frozen=True)
class Hold(Fact):
    hold_id: str
    number: str
    store_name: str
    what: str
    until: datetime | None
    status: str = "active"
    etag: str | None = None


@dataclass(frozen=True)
class MyHolds(Query[tuple[Hold, ...]]):
    """What is put aside for this account or member now."""


@dataclass(frozen=True)
class Released(Fact):
    hold_id: str


@dataclass(frozen=True)
class ReleaseHold(Effect[Released | Refused]):
    """`etag` is the state it was agreed upon; refused as `state-changed` where that has moved."""

    hold_id: str
    etag: str | None = None
