"""Goods that are no shoes: widths, vintages, voltages, and names of which people say one word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.heard import Expecting, Heard
from bot.nlu import Listener
from bot.ports import Lexicon, ProductName, StoreName
from bot.shopfront.base import Option

HearHere = Callable[..., Heard]


@pytest.fixture(scope="module")
def household() -> Lexicon:
    return Lexicon(
        version="household",
        products=(
            ProductName("cloth", "柿渋染めの風呂敷", (), "和雑貨", None,
                        {"大きさ": ("45cm", "68cm")}),
            ProductName("blind", "ロールスクリーン こもれび", ("ロールスクリーン",), "窓", None,
                        {"幅": ("60cm", "90cm", "180cm")}, "Komorebi Roller Blind"),
            ProductName("wine", "余市ピノ・ノワール", ("ピノ",), "ワイン", None,
                        {"ヴィンテージ": ("2019", "2020"), "容量": ("750ml", "1500ml")}),
            ProductName("lamp", "Aurora Lamp", (), "lamps", None, {"voltage": ("100V", "230V")}),
            ProductName("drill", "Professional Cordless Hammer Drill with Two Batteries and Case",
                        (), "power tools", None, {}),
            ProductName("diffuser", "Aurora Diffuser", (), "diffusers", None,
                        {"scent": ("Cedar", "Fig")}),
        ),
        stores=(StoreName("f", "福岡天神店", (), ("福岡県", "福岡市中央区"), "Fukuoka Tenjin"),),
    )  # fmt: skip


@pytest.fixture
def hear_here(listener: Listener, household: Lexicon) -> HearHere:
    def hear(text: str, **expecting: Any) -> Heard:
        return asyncio.run(listener.understand(text, Expecting(**expecting), household))

    return hear


def told(heard: Heard) -> dict[str, set[str]]:
    slots = {**heard.slots, **(heard.requests[0].slots if heard.requests else {})}
    return {name: {option.value for option in slot.options} for name, slot in slots.items()}


def test_one_word_of_a_long_name_is_enough(hear_here: HearHere) -> None:
    found = told(hear_here("風呂敷の68cmはどこにありますか"))
    assert found["product"] == {"cloth"}
    assert "68cm" in found["size"]


@pytest.mark.parametrize("text", ["diffuser", "the diffuser", "do you have the diffuser"])
def test_a_word_of_an_english_name_is_a_product(hear_here: HearHere, text: str) -> None:
    assert told(hear_here(text))["product"] == {"diffuser"}


def test_half_of_a_very_long_name_is_no_complaint(hear_here: HearHere) -> None:
    heard = hear_here("professional cordless hammer drill online")
    assert heard.requests == () or heard.requests[0].intent == "check_stock"
    assert told(heard)["product"] == {"drill"}


def test_a_word_that_two_products_share_means_both(hear_here: HearHere) -> None:
    assert told(hear_here("aurora", slot="product"))["product"] == {"lamp", "diffuser"}


@pytest.mark.parametrize(
    "text", ["ロールスクリーンの90cmある？", "ロールスクリーンの90センチある？"]
)
def test_a_width_is_no_size_where_the_shop_calls_it_a_width(hear_here: HearHere, text: str) -> None:
    found = told(hear_here(text))
    assert found["option.幅"] == {"90cm"}
    assert "size" not in found


def test_a_vintage_and_a_volume_in_one_breath(hear_here: HearHere) -> None:
    found = told(hear_here("ピノの2019年、750mlありますか"))
    assert found["option.ヴィンテージ"] == {"2019"}
    assert "750ml" in found["size"]


@pytest.mark.parametrize("text", ["90", "じゃあ90", "90で", "90センチでお願いします", "九十センチ"])
def test_a_width_is_answered_by_its_number(hear_here: HearHere, text: str) -> None:
    widths = tuple(Option(width, width) for width in ("60cm", "90cm", "180cm"))
    assert told(hear_here(text, slot="option.幅", choices=widths))["option.幅"] == {"90cm"}


def test_a_store_is_no_answer_to_which_product(hear_here: HearHere) -> None:
    found = told(hear_here("福岡天神店で", slot="product"))
    assert found == {"store": {"f"}}


def test_a_greeting_is_no_product(hear_here: HearHere) -> None:
    heard = hear_here("こんにちは", slot="product")
    assert [request.intent for request in heard.requests] == ["greet"]


def test_a_town_is_the_store_that_a_pickup_moves_to(hear_here: HearHere) -> None:
    assert told(hear_here("受け取りを福岡に変えたい"))["store"] == {"f"}
    assert told(hear_here("move my pickup to Fukuoka please"))["store"] == {"f"}


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("受け取り期限を延ばしてください", "extend"),
        ("受け取る店を変えたい", "change_store"),
        ("店舗受取の受け取りをキャンセルしたい", "cancel"),
        ("can you hold my pickup a bit longer", "extend"),
        ("change the pickup store please", "change_store"),
    ],
)
def test_which_change_of_a_pickup_is_wanted_need_not_be_asked(
    hear_here: HearHere, text: str, change: str
) -> None:
    assert told(hear_here(text))["change"] == {change}


def test_two_more_days_are_no_second_request(hear_here: HearHere) -> None:
    (request,) = hear_here("受け取りに間に合わないので、あと二日待ってください").requests
    assert request.intent == "change_pickup"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("昨日の分のポイントがついていません。オペレーターにつないでください", "points_history"),
        ("届いたお皿が割れていました。担当の方と話したいです", "return_exchange"),
        ("the lamp arrived broken. I want to talk to a person", "return_exchange"),
    ],
)
def test_a_person_asked_for_after_a_tale_is_heard_too(
    hear_here: HearHere, text: str, first: str
) -> None:
    assert [r.intent for r in hear_here(text).requests] == [first, "talk_to_person"]
