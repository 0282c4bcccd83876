"""Every word the counter says: it exists in both languages, renders, and keeps the ten rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import bot
from bot.dialogue.replies import Replies
from bot.dialogue.state import Button, Line
from bot.loading import load_words
from bot.messages.outbound import Text
from bot.shopfront.base import Money, Option
from tests.support import said_keys
from tests.support.counter_rules import RULES, broken_rules, questions
from tests.support.facts import NOW, Facts, Params
from tests.support.lines import lines

FOLDER = Path(bot.__file__).parent.parent / "responses"
LANGUAGES = ("ja", "en")
WORDS = load_words(FOLDER)
REPLIES = Replies(WORDS, ZoneInfo("Asia/Tokyo"), "Soyogi")
LONGEST_LABEL = 20
"""What a quick reply of LINE holds."""
CONFIRMED_FACTS = {
    "confirm.put_aside": ("product", "variant", "store", "effect", "terms", "name"),
    "confirm.release_hold": ("hold",),
    "confirm.extend_pickup": ("pickup", "until"),
    "confirm.move_pickup": ("pickup", "store", "ready_at"),
    "confirm.cancel_pickup": ("order", "pickup", "plan"),
    "confirm.disconnect": ("account",),
}

UNTIL = "11/23(月・祝) 20:00"
SHOWN: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "product": lambda product: (product.name,),
    "variant": lambda variant: (*variant.options.values(), PRICES[variant.price]),
    "store": lambda store: (store.name,),
    "account": lambda account: ({"line": "LINE", "webchat": "ウェブチャット"}[account.channel],),
    "effect": lambda effect: (f"{effect.quantity}点",),
    "terms": lambda terms: (
        f"期限は{UNTIL}" if terms.until else "",
        "店舗の確認後" if terms.by_store else "",
    ),
    "name": lambda name: (f"お名前は{name}様",),
    "hold": lambda hold: (hold.what, hold.store_name, hold.number, UNTIL if hold.until else ""),
    "pickup": lambda pickup: (pickup.order_no, pickup.store_name),
    "until": lambda until: ("11/25(水)まで",),
    "ready_at": lambda ready_at: (UNTIL,),
    "plan": lambda plan: (
        "ご返金は24,200円" if plan.refund else "",
        f"{abs(plan.points)}ポイント" if plan.points else "",
    ),
    "order": lambda order: (*(line.name for line in order.lines[:1]), PRICES[order.total]),
}
"""What a confirmation shows of each fact."""
PRICES = {
    None: "",
    Money("JPY", 12100): "税込12,100円",
    Money("USD", 4850): "税込$48.50",
    Money("JPY", 24200): "税込24,200円",
}
BUTTONS = re.compile(r"offer\.|choice\.|confirm\.\w+\.(yes|no)$|manners\.resume$|fault\.again$")


@cache
def rendered(language: str) -> tuple[tuple[str, Params, str], ...]:
    """Each line with its facts and its text."""
    return tuple(
        (key, params, part.text)
        for key, params in lines(language)
        for part in REPLIES.write((Line(key, params),), language, NOW)
        if isinstance(part, Text)
    )


def spoken(*beginnings: str) -> Iterator[tuple[str, Params, str]]:
    for key, params, text in rendered("ja"):
        if key.startswith(beginnings):
            yield key, params, text


def labels(language: str) -> Iterator[tuple[str, str]]:
    """What buttons say."""
    told = {
        "offer.coupons": {"count": 3},
        "offer.stars": {"stars": 5},
        "offer.go_on": {"channel": "telegram"},
        "offer.let_go": {"channel": "telegram"},
        "offer.let_go_here": {"channel": "webchat"},
        "offer.put_aside_at": {"store_name": Facts(language).store.name},
        "offer.other_variant": {"variant": Facts(language).variant},
    }
    for key in sorted(REPLIES.keys(language)):
        if re.match(
            r"offer\.|choice\.|confirm\.\w+\.(yes|no)$|manners\.resume$|fault\.again$", key
        ):
            button = Button("t", "open", key=key, params=told.get(key, {}))
            yield key, REPLIES.label(button, language)


def test_both_languages_know_the_same_lines() -> None:
    assert sorted(WORDS) == sorted(LANGUAGES)
    assert REPLIES.keys("ja") == REPLIES.keys("en")
    ja, en = ({path.name for path in (FOLDER / language).iterdir()} for language in LANGUAGES)
    assert ja == en


def test_every_line_the_code_can_say_has_words() -> None:
    assert said_keys.built_keys() == said_keys.families().keys()
    assert said_keys.said_keys() - REPLIES.keys("ja") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_left_over(language: str) -> None:
    whole, beginnings = said_keys.pieces(WORDS[language])
    said = said_keys.said_keys()
    reasons = {f"{key}.{reason}" for key in said for reason in said_keys.REASONS}
    used = said | whole | reasons
    left = {k for k in REPLIES.keys(language) - used if not k.startswith(tuple(beginnings))}
    assert left == set()
    assert whole <= REPLIES.keys(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_tried_with_facts(language: str) -> None:
    whole, beginnings = said_keys.pieces(WORDS[language])
    tried = {key for key, _, _ in rendered(language)} | {key for key, _ in labels(language)}
    reasons = {f"{key}.{reason}" for key in tried for reason in said_keys.REASONS}
    untried = REPLIES.keys(language) - tried - whole - reasons
    assert {k for k in untried if not k.startswith((*beginnings, "reason."))} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_tells_good_lines_from_bad_ones(rule: object) -> None:
    assert isinstance(rule, type(RULES[0]))
    assert [text for key, text in rule.good if broken_rules(key, text)] == []
    assert [text for key, text in rule.bad if not rule.broken(key, text)] == []


def test_japanese_lines_keep_the_rules() -> None:
    broken = {
        (key, rule, text) for key, _, text in rendered("ja") for rule in broken_rules(key, text)
    }
    assert sorted(broken) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short_and_keep_the_rules(language: str) -> None:
    for key, label in labels(language):
        assert label, key
        assert len(label) <= LONGEST_LABEL, key
        if language == "ja":
            assert broken_rules("label", label.replace("取り置く", "")) == [], key


def test_english_lines_are_plain() -> None:
    for key, _, text in rendered("en"):
        assert not re.search(r"[぀-ヿ一-鿿！-～￥]|!|Dear |valued|  ", text), (key, text)
        assert questions(text) <= 1, (key, text)
        assert not re.search(r" [.,;:?)]|\(\)|\.\.|None(?! of)|Undefined", text), (key, text)
        assert text[0].isupper() or not text[0].isalpha() or text[0] == "•", (key, text)


def test_no_line_shows_what_is_not_known() -> None:
    for key, _, text in rendered("ja"):
        assert not re.search(r"None|Undefined|@|（）|「」|、、|。。|  ", _without_mail(text)), (
            key,
            text,
        )


def test_long_names_keep_every_rule_but_the_length() -> None:
    for key, params in lines("long"):
        for part in REPLIES.write((Line(key, params),), "ja", NOW):
            if isinstance(part, Text):
                assert set(broken_rules(key, part.text)) <= {"1 short"}, part.text


def test_stock_points_and_parcels_are_told_with_their_time() -> None:
    told = 0
    for key, params, text in spoken("stock.", "points.", "order.", "pickup."):
        fact = _observed(key, params)
        if fact is None:
            continue
        told += 1
        assert ("時点" in text) == (fact.as_of is not None), (key, text)
        if fact.stale:
            assert "最新の情報ではありません" in text, (key, text)
    assert told > 100


def test_each_parcel_is_told_with_its_time() -> None:
    for key, params, text in spoken("order.shipped", "order.partially", "order.delivered"):
        known = [parcel for parcel in params["order"].parcels if parcel.as_of]
        if params["order"].parcels:
            assert text.count("時点") == len(known), (key, text)


def test_unknown_stock_gives_the_phone_of_the_store() -> None:
    for _, params, text in spoken("stock.unknown"):
        assert "確認できません" in text
        assert (params["store"].phone or "店") in text


def test_a_confirmation_shows_everything_that_is_agreed_to() -> None:
    for key, params, text in spoken("confirm."):
        assert CONFIRMED_FACTS[key]
        for fact in CONFIRMED_FACTS[key]:
            for words in _shown(fact, params):
                assert words in text, (key, fact, text)


def test_only_a_known_name_is_spoken() -> None:
    for key, params, text in rendered("ja"):
        addressed = bool(params.get("name")) and key != "desk.joined"  # that is the staff's
        assert ("様" in text) == addressed, (key, text)
        assert "花子" not in text, key


def test_a_first_greeting_says_that_a_machine_answers() -> None:
    assert all("自動応答" in text for _, _, text in spoken("greet.hello"))
    english = [text for key, _, text in rendered("en") if key == "greet.hello"]
    assert all("automated" in text for text in english)


def test_who_asked_for_a_person_is_told_their_place_or_when_and_where_the_answer_comes() -> None:
    for _, params, text in spoken("person.in_queue"):
        outlook = params["outlook"]
        assert f"ただいま{outlook.place}番目" in text
        assert ("目安は" in text) == (outlook.low is not None), text
    for key, params, text in spoken("person.nobody_there", "person.closed"):
        hours = params["outlook"].hours
        assert "このトークでお返事します" in text, key
        assert "番目" not in text, key
        known = hours is not None and not hours.open_now and hours.next_open is not None
        assert (UNTIL in text) == (known and key != "person.nobody_there"), text


def test_every_change_of_owner_says_who_answers_now() -> None:
    for key, params, text in spoken("desk."):
        assert "担当" in text, key
        if "name" in params:
            assert params["name"] in text


def test_what_customers_asked_of_staff_is_in_the_note() -> None:
    for key, params, text in spoken("note.email", "note.call_back"):
        assert params["contact"] in text, key
        assert params["when"].startswith("@") or params["when"] in text, key


def test_a_label_that_stands_for_our_words_is_spoken_as_those() -> None:
    line = Line("ask.shop", {"reason": "refused", "told": "@choice.online", "choices": ()})
    (said,) = REPLIES.write((line,), "ja", NOW)
    assert isinstance(said, Text)
    assert "オンラインストア" in said.text


def test_choices_are_in_the_text_for_screens_without_buttons() -> None:
    axis = Facts("ja").product.axes[0]
    choices = tuple(Option(value, value) for value in axis.values)
    params = {"axis": axis, "product": Facts("ja").product, "choices": choices, "reason": ""}
    (said,) = REPLIES.write((Line("ask.option", params),), "ja", NOW)
    assert isinstance(said, Text)
    assert all(value in said.text for value in axis.values)


def _without_mail(text: str) -> str:
    return re.sub(r"\S+@\S+", "", text)


def _observed(key: str, params: Params) -> object:
    """The fact whose time a line must tell; None where there is nothing to tell of."""
    if "stock" in params:
        level = params["stock"]
        plain = key in ("stock.in_store", "stock.not_here") and not params.get("shops")
        return level if plain and not params["online"].there else None
    if key in ("points.balance", "points.expiry", "points.nothing_expires"):
        return params["points"]
    if key.startswith("pickup.") and "today" in params:
        return params["pickup"]
    order = params.get("order") if key.startswith("order.") else None
    if order is None or order.parcels:
        return None
    return order.pickup if key == "order.ready_for_pickup" and order.pickup else order


def _shown(fact: str, params: Params) -> Iterator[str]:
    """What of a fact has to be in the text, as it is written there."""
    value = params[fact]
    if value:
        yield from (words for words in SHOWN[fact](value) if words)
