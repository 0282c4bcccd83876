"""How a member's facts are put to staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.customers.order_status import OrderStatus, PickupStatus
from bot.desk.drawing import Drawing
from bot.desk.panel_words import LABELS
from bot.dialogue.wording import Wording
from bot.shopfront.membership import Coupon, Lot, MemberProfile, Points
from bot.shopfront.orders import Order, Pickup
from tests.support.facts import NOW, PARCEL_STATUSES, TODAY, Facts

TOKYO = ZoneInfo("Asia/Tokyo")


def drawing(language: str = "ja") -> Drawing:
    return Drawing(Wording(language, TOKYO), NOW)


def test_both_languages_have_the_same_labels() -> None:
    assert LABELS["ja"].keys() == LABELS["en"].keys()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_status_of_the_contract_has_a_word(language: str) -> None:
    known = LABELS[language]
    assert {status for status in OrderStatus if f"order.{status}" not in known} == set()
    assert {status for status in PickupStatus if f"pickup.{status}" not in known} == set()
    parcels = set(PARCEL_STATUSES) - {"unknown", "a_word_of_the_carrier"}
    assert {status for status in parcels if f"parcel.{status}" not in known} == set()


def test_what_we_have_no_word_for_is_shown_as_it_came() -> None:
    order = Order("o", "A-1", "popup", "teleported", payment_method="shells")
    assert drawing().order(order).rows == (
        ("状況", "teleported"),
        ("購入場所", "popup"),
        ("お支払い", "shells"),
    )


def test_what_is_old_says_so() -> None:
    seen = NOW - timedelta(hours=1)
    pickup = Pickup("o", "A-1", "s", "渋谷店", "ready", hold_until=TODAY, as_of=seen, stale=True)
    rows = dict(drawing().pickup(pickup).rows)
    assert rows["状況"] == "受取可能、本日11/21(土) 13:05、最新の情報ではありません"
    assert rows["受取期限"] == "本日11/21(土)"
    points = Points(-30, NOW, stale=True)
    assert dict(drawing("en").points(points, ()))["Balance"] == "-30 points, not the latest"


def test_a_late_parcel_is_named_late() -> None:
    parcel = replace(Facts("ja").parcel(), eta_date=TODAY - timedelta(days=1), late=True)
    order = Order("o", "A-1", "ec", "shipped", parcels=(parcel,))
    assert "予定より遅れています" in dict(drawing().order(order).rows)["お届け予定"]


def test_lots_and_coupons_carry_their_last_day() -> None:
    lots = (Lot(300, TODAY + timedelta(days=40), limited=True),)
    rows = drawing().points(Points(1280, NOW), lots)
    assert ("有効期限", "300ポイント、12/31(木)まで、期間限定") in rows
    coupon = Coupon("c", "冬の上着", TODAY, amount=2000, currency="JPY", usable_at=("ec", "store"))
    assert drawing().coupon(coupon).rows == (
        ("割引", "2,000円引き"),
        ("有効期限", "本日11/21(土)"),
        ("利用できる場所", "オンラインストア、店舗"),
    )


def test_what_the_shop_does_not_know_of_a_member_is_left_out() -> None:
    assert drawing("en").profile(MemberProfile("Hanako Yamada", language="en")) == (
        ("Name", "Hanako Yamada"),
        ("Language", "English"),
    )
