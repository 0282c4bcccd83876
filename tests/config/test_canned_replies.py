"""The replies staff choose from: as they are shipped, and as operators may write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Misconfigured
from bot.loading import load_canned
from tests.support.counter_rules import broken_rules

KNOWN = {"name": "佐藤", "agent": "鈴木", "shop": "そよぎ", "order": "A-20481"}
CANNED = load_canned()


def test_both_languages_have_the_same_replies() -> None:
    ja, en = ([reply.key for reply in CANNED[language]] for language in ("ja", "en"))
    assert ja == en
    assert len(ja) >= 12


@pytest.mark.parametrize("reply", CANNED["ja"], ids=lambda reply: reply.key)
def test_replies_keep_the_rules_of_the_counter(reply: object) -> None:
    assert isinstance(reply, type(CANNED["ja"][0]))
    assert broken_rules(f"canned.{reply.key}", reply.filled(KNOWN, "ja")) == []


def test_what_is_known_is_filled_in_and_the_rest_is_left_to_see() -> None:
    hello = next(reply for reply in CANNED["ja"] if reply.key == "hello")
    assert hello.filled(KNOWN, "ja").startswith("佐藤様、お待たせしました。担当の鈴木です。")
    assert hello.filled({}, "ja").startswith("〔お名前〕様")
    assert "〔your name〕" in next(r for r in CANNED["en"] if r.key == "hello").filled({}, "en")


def test_what_a_customer_is_called_is_never_read_as_a_variable() -> None:
    hello = next(reply for reply in CANNED["ja"] if reply.key == "hello")
    assert hello.filled({"name": "{agent}", "agent": "鈴木"}, "ja").startswith("{agent}様")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("- {key: a, title: A, text: 'hello {nme}'}", "nothing is known as {nme}"),
        ("- {key: a, title: A, text: 'hello {}'}", "nothing is known as {}"),
        ("- {key: a, title: A}", "0.text"),
        ("- {key: a, title: A, text: b, tilte: c}", "0.tilte"),
        ("- {key: a, title: A, text: ''}", "0.text"),
        ("- {key: 5, title: A, text: b}", "0.key"),
        ("- {key: a, title: A, text: b}\n- {key: a, title: B, text: c}", "a: is there twice"),
        ("hello", "file"),
        ("", "file"),
        ("- {key: [", "while parsing"),
    ],
)
def test_a_fault_in_a_file_is_named_with_all_others(
    tmp_path: Path, written: str, fault: str
) -> None:
    (tmp_path / "ja.yml").write_text(written, "utf-8")
    (tmp_path / "en.yml").write_text("- {key: b, title: '', text: '{x}'}", "utf-8")
    with pytest.raises(Misconfigured) as told:
        load_canned(tmp_path)
    ours = [each for each in told.value.faults if each.startswith("canned/ja.yml: ")]
    assert any(fault in each for each in ours)
    assert sum(each.startswith("canned/en.yml: ") for each in told.value.faults) == 2
