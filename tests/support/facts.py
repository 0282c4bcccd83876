"""Facts as a shop answers them, and the lines the counter says with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.shopfront.base import Money, Option
from bot.shopfront.catalogue import (
    Axis,
    Day,
    Incoming,
    Product,
    StockLevel,
    Store,
    Variant,
)
from bot.shopfront.house import House
from bot.shopfront.orders import (
    Order,
    OrderLine,
    Parcel,
    ParcelEvent,
    Pickup,
)

NOW = datetime(2026, 11, 21, 5, 5, tzinfo=UTC)
"""14:05 in Tokyo on a Saturday; the coming Monday is a holiday."""
TODAY = date(2026, 11, 21)
LATER = NOW + timedelta(days=2, hours=5, minutes=55)
REASONS = ("", "several", "unknown", "refused", "not_offered")
PARCEL_STATUSES = (
    "label_created",
    "handed_over",
    "in_transit",
    "out_for_delivery",
    "attempted",
    "held_at_depot",
    "delivered",
    "returned_to_sender",
    "exception",
    "cancelled",
    "unknown",
    "a_word_of_the_carrier",
)

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What things are called in one language."""

    product: str
    axis: str
    colour: str
    here: str
    there: str
    person: str
    coupon: str
    where: str


NAMES = {
    "ja": Names(
        "ソラ スニーカー", "サイズ", "ブラック", "渋谷店", "新宿店", "山田 花子",
        "お誕生月クーポン", "東京都渋谷区神南1-20-5",
    ),
    "en": Names(
        "Sora Sneakers", "size", "black", "Shibuya", "Shinjuku", "Hanako Yamada", "Birthday coupon",
        "1-20-5 Jinnan, Shibuya-ku, Tokyo",
    ),
    "long": Names(
        "ロイヤル ヘリテージ プレミアム ウォータープルーフ トレッキングブーツ 2026年秋冬限定モデル",
        "お色とサイズの組み合わせ", "ディープフォレストグリーン", "ミッドタウン日比谷アネックス店",
        "グランフロント大阪北館プレミアム店", "勅使河原 龍之介", "秋の感謝祭 ご優待クーポン",
        "東京都千代田区有楽町1-1-2 東京ミッドタウン日比谷アネックス 地下1階",
    ),
}  # fmt: skip


class Facts:
    """One shop's facts in one language."""

    def __init__(self, language: str) -> None:
        self.names = n = NAMES[language]
        axis = Axis(n.axis, "size", ("26.0cm", "26.5cm", "27.0cm"))
        self.product = Product("sora", n.product, (axis,), image_url="https://shop.example/s.jpg")
        self.plain = Product("mug", n.product)
        self.variant = Variant(
            "v1", "sora", {n.axis: "26.5cm", "c": n.colour}, Money("JPY", 12100), None
        )
        self.other = replace(self.variant, id="v2", options={n.axis: "27.0cm", "c": n.colour})
        self.bare = Variant("v3", "mug")
        self.dollars = replace(self.variant, price=Money("USD", 4850))
        self.store = Store(
            "shibuya", n.here, n.where, "03-0000-0001", n.here, 35.66, 139.69,
            facts={"floor": "1F"}, pickup_counter_close="19:30",
        )  # fmt: skip
        self.unknown_store = Store("x", n.there)
        self.sizes = tuple(Option(v, v) for v in axis.values)
        self.house = House(n.here, "0120-000-000", "10:00–18:00", "support@shop.example")

    def level(self, display: Any, where: str | None = None, **more: Any) -> StockLevel:
        """A stock level seen five minutes ago, unless told otherwise."""
        seen = more.pop("as_of", NOW - timedelta(minutes=5))
        return StockLevel("v1", "s", where or self.names.here, display, seen, **more)

    def levels(self) -> Iterator[StockLevel]:
        """Fresh, stale, and of an unknown time, with and without a date of more to come."""
        for display in ("in_stock", "low", "out", "unknown"):
            yield self.level(display)
            yield self.level(display, stale=True, incoming=Incoming(5, TODAY + timedelta(days=4)))
            yield self.level(display, as_of=None, incoming=Incoming(None, None))

    def parcel(self, status: str = "in_transit", **more: Any) -> Parcel:
        event = ParcelEvent(NOW, status, "", self.names.here)
        told = {
            "tracking_no": "4001-2345-6789",
            "eta_date": TODAY + timedelta(days=1),
            "eta_slot": "14:00-16:00",
            "last_event": event,
            "as_of": NOW,
            **more,
        }
        return Parcel("p", "yamato", status, **told)

    def parcels(self) -> Iterator[tuple[Parcel, ...]]:
        yield ()
        for status in PARCEL_STATUSES:
            yield (self.parcel(status),)
        yield (self.parcel("delivered", delivered_at=NOW - timedelta(hours=20)),)
        yield (self.parcel(late=True, eta_date=TODAY - timedelta(days=1)), self.parcel(late=True))
        yield (self.parcel(stale=True), replace(self.parcel(), carrier="other", tracking_no=None))
        yield (Parcel("p", "own lorry", "in_transit"),)

    def order(self, status: str, parcels: tuple[Parcel, ...] = (), **more: Any) -> Order:
        lines = (OrderLine("1", self.names.product, 2), OrderLine("2", self.names.product, 1))
        told = {"lines": lines, "total": Money("JPY", 24200), "as_of": NOW, **more}
        return Order("o1", "A-1042", "ec", status, parcels=parcels, **told)

    def pickup(self, status: str = "ready", **more: Any) -> Pickup:
        told = {"hold_until": TODAY + timedelta(days=2), "as_of": NOW, "ready_at": LATER, **more}
        return Pickup("o1", "A-1042", "shibuya", self.names.here, status, **told)

    def days(self) -> tuple[Day | None, ...]:
        return (
            Day(TODAY, False, "11:00", "20:00"),
            Day(TODAY + timedelta(days=2), False, "11:00", "18:00", self.names.coupon),
            Day(TODAY + timedelta(days=3), True, reason=self.names.coupon),
            Day(TODAY, False),
            None,
        )
