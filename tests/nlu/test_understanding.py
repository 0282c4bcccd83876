"""What customers write, and what is made of it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu import parse_json


def ids(told) -> set[str]:
    return {option.value for option in told.options}


def test_everything_in_one_sentence(hear):
    heard = hear("渋谷店でソラのランニングシューズの26.5cm、黒はありますか？")
    (request,) = heard.requests
    assert request.intent == "check_stock"
    assert ids(request.slots["product"]) == {"p1"}
    assert ids(request.slots["store"]) == {"s1"}
    assert request.slots["size"].options[0].value == "26.5"
    assert request.slots["color"].options[0].value == "ブラック"
    assert heard.slots == {}
    assert heard.language == "ja"


@pytest.mark.parametrize(
    "text",
    ["ソラ 26.5 ブラックの在庫、渋谷店", "渋谷店 ソラ ブラック 26.5", "ソラの26.5、黒、渋谷店で"],
)
def test_details_jotted_down(hear, text):
    heard = hear(text)
    told = {**heard.slots, **(heard.requests[0].slots if heard.requests else {})}
    assert ids(told["product"]) == {"p1"}
    assert told["size"].options[0].value == "26.5"
    assert told["color"].options[0].value == "ブラック"
    assert ids(told["store"]) == {"s1"}


@pytest.mark.parametrize("text", ["26日に届きますか", "26ポイント使いたい", "26%オフ", "A-26の件"])
def test_a_counted_number_is_no_size(hear, text):
    heard = hear(text)
    assert "size" not in {*heard.slots, *(s for r in heard.requests for s in r.slots)}


@pytest.mark.parametrize("text", ["続き4e9e469508184774ae6d2b954e1366e4", "1ea259183d714faa80bc5d"])
def test_letters_and_digits_without_an_at_are_no_email_address(hear, text):
    heard = hear(text)
    assert "email" not in {*heard.slots, *(s for r in heard.requests for s in r.slots)}


def test_a_kind_of_product_means_all_of_that_kind(hear):
    (request,) = hear("スニーカーの在庫ありますか").requests
    assert ids(request.slots["product"]) == {"p2", "p3"}


@pytest.mark.parametrize(
    "spelling", ["Ｔシャツ", "tシャツ", "ティーシャツ", "Tシャツ", "てぃーしゃつ"]
)
def test_spelling_does_not_matter(hear, spelling):
    assert ids(hear(spelling, slot="product").slots["product"]) == {"p4"}


def test_a_near_miss_is_understood(hear):
    assert ids(hear("ソラ ランニグシューズ", slot="product").slots["product"]) == {"p1"}


def test_an_unknown_product_keeps_its_words(hear):
    told = hear("炊飯器", slot="product").slots["product"]
    assert told.options == ()
    assert told.text == "炊飯器"


def test_a_city_means_all_its_stores(hear):
    assert ids(hear("大阪で", slot="store").slots["store"]) == {"s2", "s3"}


def test_the_web_shop_is_a_store(hear):
    assert ids(hear("オンラインで", slot="store").slots["store"]) == {"online"}


def test_a_number_is_what_was_asked_for(hear):
    assert hear("26", slot="size").slots["size"].options[0].value == "26"
    assert hear("１２３４５６", slot="code").slots["code"].options[0].value == "123456"
    assert hear("090-1234-5678", slot="proof").slots["phone"].options[0].value == "09012345678"
    assert hear("10023456です", slot="proof").slots["member_number"].options[0].value == "10023456"
    assert hear("a-20481", slot="order_number").slots["order_number"].options[0].value == "A-20481"


def test_six_digits_are_no_code_when_none_was_sent(hear):
    assert "code" not in hear("123456", slot="size").slots


def test_free_text_answers_the_question(hear):
    assert hear("ヤマダ タロウです", slot="name_kana").slots["name_kana"].text == "ヤマダ タロウ"
    assert hear("やまだ", slot="name_kana").slots["name_kana"].text == "やまだ"


def test_yes_with_details(hear):
    heard = hear("はい、黒で", consent=True)
    assert heard.yes is True
    assert heard.slots["color"].options[0].value == "ブラック"


def test_no_with_details(hear):
    heard = hear("いいえ、梅田で", consent=True)
    assert heard.yes is False
    assert ids(heard.slots["store"]) == {"s2"}


@pytest.mark.parametrize("text", ["大丈夫です", "結構です", "no thanks", "いいえ"])
def test_a_polite_no(hear, text):
    assert hear(text, consent=True).yes is False


@pytest.mark.parametrize("text", ["はい", "お願いします", "yes please", "うん"])
def test_a_plain_yes(hear, text):
    assert hear(text, consent=True).yes is True


def test_dropping_it(hear):
    assert hear("やっぱりやめます").cancel
    assert hear("never mind").cancel


def test_a_correction_keeps_the_last_word(hear):
    assert ids(hear("渋谷じゃなくて梅田で").slots["store"]) == {"s2"}
    assert ids(hear("not Shibuya, Umeda").slots["store"]) == {"s2"}


def test_bare_details_are_no_request(hear):
    heard = hear("and in Umeda?")
    assert heard.requests == ()
    assert ids(heard.slots["store"]) == {"s2"}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("それ取り置きできますか", "product"),
        ("その店は何時までですか", "store"),
        ("さっきの注文はどうなってますか", "order_number"),
        ("can you hold that one for me", "product"),
    ],
)
def test_pointing_words(hear, text, slot):
    assert slot in hear(text).refers


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        (
            "渋谷店は何時までですか？あと、ポイントの残高も教えてください",
            {"store_info", "points_balance"},
        ),
        (
            "Where is my order? And also how many points do I have?",
            {"order_status", "points_balance"},
        ),
    ],
)
def test_two_requests_in_one_message(hear, text, intents):
    assert {request.intent for request in hear(text).requests} == intents


def test_details_stay_with_their_request(hear):
    first, second = hear("渋谷店は何時までですか？あと、ポイントの残高も教えてください").requests
    assert set(first.slots) == {"store", "about"}
    assert second.slots == {}


def test_background_is_no_request_of_its_own(hear):
    (request,) = hear("すみません、昨日注文したのですが、いつ届きますか").requests
    assert request.intent == "order_status"


def test_insults_are_noticed(hear):
    assert hear("この馬鹿").rude
    assert not hear("在庫ありますか").rude


def test_numbers_tell_no_language(hear):
    assert hear("26.5").language is None


async def test_offsets_are_code_points_of_the_line_as_given(reader, lexicon):
    line = "\u200b𠮷 ｽﾆｰｶｰの２６．５ｃｍありますか"
    entities = (await parse_json(reader, line, lexicon))["entities"]
    assert all(0 <= e["start"] < e["end"] <= len(line) for e in entities)
    size = next(e for e in entities if e["entity"] == "size")
    assert line[size["start"] : size["end"]] == "２６．５ｃｍ"
    assert size["value"] == "26.5cm"


@pytest.mark.parametrize(
    "text",
    ["", " \u3000\n", "あ" * 10_000, "a" * 10_000, "😀😀👍🏽", "\u200b\u200d\ufeff", "שלום עולם",
     "\x00\x07\x1b[31m", "\ud800\udfff", "ﾞﾞ", "1" * 10_000, "？！。、", "[x](y)", "'\"\\"],
)  # fmt: skip
def test_bad_input_never_raises(hear, reader, lexicon, text):
    for slot in (None, "size", "proof", "product", "name_kana"):
        assert hear(text, slot=slot).text == text
    assert asyncio.run(parse_json(reader, text, lexicon))["text"] == text


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80), slot=st.sampled_from([None, "size", "store", "code", "proof"]))
def test_no_text_at_all_raises(hear, text, slot):
    hear(text, slot=slot)
