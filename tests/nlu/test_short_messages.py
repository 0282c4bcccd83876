"""Few words, many words, no words: what customers write when they do not write sentences."""

from __future__ import annotations

import time

import pytest

from bot.dialogue.heard import Heard

QUICK = 0.15
"""Seconds of one core any message may take: three times the aim, since busy cores are slow."""


def asked(heard: Heard) -> list[str]:
    return [request.intent for request in heard.requests]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ポイントは？", "points_balance"), ("ポイント", "points_balance"),
        ("ぽいんと", "points_balance"), ("points?", "points_balance"),
        ("my points", "points_balance"),
        ("いつまで使えますか", "points_expiry"), ("有効期限は？", "points_expiry"),
        ("until when can I use them?", "points_expiry"),
        ("コード見せて", "pickup_status"), ("バーコード出して", "pickup_status"),
        ("show me the code", "pickup_status"), ("code please", "pickup_status"),
        ("クーポンコードはどこ？", "coupons"),
        ("送料は？", "faq"), ("在庫は？", "check_stock"), ("parking?", "store_info"),
    ],
)  # fmt: skip
def test_a_word_or_two(hear, text, intent):
    assert asked(hear(text)) == [intent]


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("在庫とポイントを教えて", ["check_stock", "points_balance"]),
        ("クーポンと在庫", ["coupons", "check_stock"]),
        ("送料と営業時間を教えて", ["faq", "store_info"]),
        ("tell me the stock and my points", ["check_stock", "points_balance"]),
    ],
)
def test_two_nouns_are_two_requests(hear, text, intents):
    assert asked(hear(text)) == intents


@pytest.mark.parametrize(
    ("text", "intent"),
    [("hiya", "greet"), ("ハロー", "greet"), ("サンキュー", "thank"), ("cya", "goodbye")],
)
def test_a_greeting_is_no_name_of_goods_or_stores(hear, text, intent):
    assert asked(hear(text)) == [intent]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bought a tv yesterday and zero points showed up", "points_history"),
        ("I ordered the moisturiser on the 9th and have heard nothing since", "order_status"),
    ],
)
def test_a_story_joined_by_and_asks_once(hear, text, intent):
    assert asked(hear(text)) == [intent]


def test_a_person_is_asked_for_after_a_comma(hear):
    heard = hear("where is my order, let me talk to a person")
    assert asked(heard) == ["order_status", "talk_to_person"]


@pytest.mark.parametrize(
    ("text", "intent"), [("やっぱ注文", "order_status"), ("やっぱりポイント", "points_balance")]
)
def test_another_wish_is_no_name_of_a_product(hear, text, intent):
    heard = hear(text, slot="product")
    assert asked(heard) == [intent]
    assert "product" not in heard.slots


@pytest.mark.parametrize("text", ["靴と靴下", "サイズと色を教えて", "黒と白"])
def test_two_nouns_that_are_one_request_or_none(hear, text):
    assert len(asked(hear(text))) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "どの店舗にありますか", "どの店にある？", "どこのお店で買えますか", "which stores have it?",
        "where can I buy it",
    ],
)  # fmt: skip
def test_which_store_means_any_store(hear, text):
    for expecting in ({}, {"slot": "store"}):
        (request,) = hear(text, **expecting).requests
        assert request.intent == "check_stock"
        assert [option.value for option in request.slots["store"].options] == ["anywhere"]


def test_a_store_that_is_named_is_that_store(hear):
    (request,) = hear("渋谷店ならどこにありますか、ソラの在庫").requests
    assert [option.value for option in request.slots["store"].options] == ["s1"]


@pytest.mark.parametrize(
    "text",
    ["渋谷に戻して", "やっぱり渋谷店に戻してください", "back to Shibuya", "make it Shibuya again"],
)
@pytest.mark.parametrize("expecting", [{}, {"slot": "store"}, {"consent": True}])
def test_going_back_to_a_store_tells_it_again(hear, text, expecting):
    heard = hear(text, **expecting)
    assert not heard.cancel
    assert heard.requests == ()
    assert [option.value for option in heard.slots["store"].options] == ["s1"]


@pytest.mark.parametrize("text", ["LV-000117", "lv-000117です", "my number is LV-000117"])
def test_a_number_padded_with_zeros_is_a_members(hear, text):
    heard = hear(text, slot="proof")
    assert {name: told.options[0].value for name, told in heard.slots.items()} == {
        "member_number": "LV-000117"
    }


def test_a_members_number_answers_no_question_for_an_order(hear):
    heard = hear("会員番号はLV-000117です", slot="order_number")
    assert set(heard.slots) == {"member_number"}


@pytest.mark.parametrize(
    "text",
    [
        "渋谷店に在庫ありますか、あと" * 800, "do you have it, and also my points? " * 250,
        "あ" * 10_000, "か、？" * 3_500, "😀👍🏽👨‍👩‍👧" * 2_000, "שלום עולם " * 1_000,
        "a." * 5_000, "\u200b\u200d" * 5_000, "在庫ある？\n" * 2_000, "1" * 10_000,
    ],
)  # fmt: skip
def test_ten_thousand_characters_take_no_time(hear, text):
    hear(text)  # words seen for the first time are looked up once
    spent = []
    for _ in range(3):
        start = time.thread_time()
        hear(text)
        spent.append(time.thread_time() - start)
    assert min(spent) < QUICK


@pytest.mark.parametrize(
    "text", ["😀😀👍🏽", "🍎🍊🍇", "\u202eabc\u202c", "مرحبا بالعالم", "…", "\u200b"]
)
def test_signs_alone_set_nothing_going(hear, text):
    started = {"change_order", "change_pickup", "reserve_item", "privacy_request", "member_account"}
    assert not started & set(asked(hear(text)))
    assert not hear(text).cancel
