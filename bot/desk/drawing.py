"""A member's facts as labelled rows, worded for staff. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk.panel_words import LABELS
from bot.dialogue.wording import Wording
from bot.shopfront.catalogue import Hold
from bot.shopfront.membership import Coupon, Lot, MemberProfile, Points
from bot.shopfront.orders import Order, OrderLine, Parcel, Pickup

Row = tuple[str, str]


@dataclass(frozen=True)
class Block:
    """One thing of several, such as an order."""

    title: str
    rows: tuple[Row, ...]


class Drawing:
    """Facts in the words of one language; `now` is business time."""

    def __init__(self, wording: Wording, now: datetime) -> None:
        self._wording = wording
        self._now = now
        self._labels = LABELS[wording.language]

    def profile(self, member: MemberProfile) -> tuple[Row, ...]:
        """Who it is."""
        return self._rows(
            ("name", member.name),
            ("kana", member.name_kana),
            ("member_no", member.member_no),
            ("rank", member.rank),
            ("usual_store", member.usual_store),
            ("language", member.language and self._word(member.language)),
            ("phone", member.phone),
            ("email", member.email),
        )

    def order(self, order: Order) -> Block:
        """One order with its parcels."""
        lines = (self._line(line) for line in order.lines)
        rows = self._rows(
            ("status", self._status("order", order.status, stale=order.stale)),
            ("placed", self._moment(order.placed_at)),
            ("channel", self._where(order.channel)),
            ("lines", self._joined(lines)),
            ("total", self._wording.money(order.total) if order.total else None),
            ("payment", self._payment(order)),
            ("payment_due", self._day(order.payment_due)),
        )
        parcels = (row for parcel in order.parcels for row in self._parcel(parcel))
        return Block(order.order_no, (*rows, *parcels))

    def _line(self, line: OrderLine) -> str:
        return f"{line.name} {self._wording.options(line.options)}".strip() + f" × {line.quantity}"

    def _payment(self, order: Order) -> str:
        parts = (
            order.payment_method and self._word(f"by.{order.payment_method}"),
            order.payment_status and self._word(f"paid.{order.payment_status}"),
        )
        return self._joined(part for part in parts if part)

    def _parcel(self, parcel: Parcel) -> tuple[Row, ...]:
        eta = None
        if parcel.eta_date:
            late = self._labels["late"] if parcel.late else ""
            eta = self._joined(filter(None, (self._day(parcel.eta_date), parcel.eta_slot, late)))
        carrier = self._word(f"carrier.{parcel.carrier}")
        return self._rows(
            ("parcel", self._status("parcel", parcel.status, parcel.as_of, stale=parcel.stale)),
            ("eta", None if parcel.status == "delivered" else eta),
            ("tracking", parcel.tracking_no and f"{carrier} {parcel.tracking_no}"),
        )

    def pickup(self, pickup: Pickup) -> Block:
        """An order that is collected at a store."""
        status = self._status("pickup", pickup.status, pickup.as_of, stale=pickup.stale)
        rows = self._rows(
            ("status", status),
            ("store", pickup.store_name),
            ("ready", self._moment(pickup.ready_at)),
            ("hold_until", self._day(pickup.hold_until)),
        )
        return Block(f"{self._labels['order']} {pickup.order_no}", rows)

    def hold(self, hold: Hold) -> Block:
        """Something put aside at a store."""
        rows = self._rows(
            ("status", self._status("hold", hold.status)),
            ("store", hold.store_name),
            ("what", hold.what),
            ("hold_until", self._moment(hold.until)),
        )
        return Block(f"{self._labels['aside']} {hold.number}", rows)

    def points(self, points: Points, lots: Sequence[Lot]) -> tuple[Row, ...]:
        """The balance and what becomes of it."""
        pending = ""
        if points.pending:
            since = self._day(points.pending_from)
            pending = self._joined(filter(None, (self._counted(points.pending), since)))
        stale = self._labels["stale"] if points.stale else ""
        return self._rows(
            ("balance", self._joined(filter(None, (self._counted(points.balance), stale)))),
            ("rank", points.rank),
            ("pending", pending),
            *(("expires", self._lot(lot)) for lot in lots),
        )

    def _lot(self, lot: Lot) -> str:
        limited = self._labels["limited"] if lot.limited else ""
        until = self._labels["until"].format(self._day(lot.expires_on))
        return self._joined(filter(None, (self._counted(lot.points), until, limited)))

    def coupon(self, coupon: Coupon) -> Block:
        """One coupon."""
        off = f"{coupon.percent}%" if coupon.percent else self._sum(coupon.amount, coupon.currency)
        least = self._sum(coupon.min_amount, coupon.currency or "JPY")
        rows = self._rows(
            ("discount", off and self._labels["off"].format(off)),
            ("min_amount", least and self._labels["at_least"].format(least)),
            ("valid_until", self._day(coupon.valid_until)),
            ("usable_at", self._joined(map(self._where, coupon.usable_at))),
        )
        return Block(coupon.name, rows)

    # Words -----------------------------------------------------------------------------------

    def _rows(self, *told: tuple[str, str | None]) -> tuple[Row, ...]:
        """What is known, each under its label."""
        return tuple((self._labels[name], value) for name, value in told if value)

    def _word(self, key: str) -> str:
        """Our word for a code of the shop's; the code itself where we have none."""
        return self._labels.get(key, key.rpartition(".")[2])

    def _status(
        self, kind: str, code: str, as_of: datetime | None = None, *, stale: bool = False
    ) -> str:
        old = self._labels["stale"] if stale else ""
        return self._joined(filter(None, (self._word(f"{kind}.{code}"), self._moment(as_of), old)))

    def _where(self, channel: str) -> str:
        return self._word({"store": "in_store"}.get(channel, channel))

    def _counted(self, points: int) -> str:
        return f"{self._wording.number(points)}{self._labels['points']}"

    def _sum(self, minor: int | None, currency: str | None) -> str:
        if minor is None or currency is None:
            return ""
        return self._wording.amount(minor, currency)

    def _day(self, day: date | None) -> str:
        return self._wording.day(day, self._now) if day else ""

    def _moment(self, at: datetime | None) -> str:
        return self._wording.until(at, self._now) if at else ""

    def _joined(self, parts: Iterable[str]) -> str:
        return ("、" if self._wording.language == "ja" else ", ").join(parts)
