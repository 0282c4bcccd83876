"""Contacts compare however they are written, and show no more than they must."""

import json
from pathlib import Path

import pytest

from backend.customers.code_sink import SentCode, code_sink
from backend.customers.contacts import (
    digits_of,
    masked_email,
    masked_number,
    masked_phone,
    normal_email,
    normal_member_no,
    normal_name,
    normal_order_no,
    normal_phone,
)
from backend.customers.lookup_channels import decoy_channels, member_channels

KEY = b"secret"
KINDS = frozenset({"sms", "email"})


@pytest.mark.parametrize(
    "text", ["090-1234-5678", "０９０－１２３４－５６７８", "+81 90 1234 5678", "09012345678"]
)
def test_one_telephone_number_however_it_is_written(text: str) -> None:
    assert normal_phone(text) == "+819012345678"


@pytest.mark.parametrize("text", ["", "abc", "12", "5678"])
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    assert normal_phone(text) is None


def test_an_address_compares_with_its_domain_in_small_letters() -> None:
    assert normal_email(" Taro.Y＠Example.COM ") == "Taro.Y@example.com"


@pytest.mark.parametrize("text", ["", "taro", "@example.com", "taro@", "a@b@c", "ta ro@b.jp"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert normal_email(text) is None


def test_numbers_and_names_compare_across_widths_and_kana() -> None:
    assert normal_member_no("m-1234 ５６") == "M123456"
    assert normal_order_no("#ec-20261101") == normal_order_no("ＥＣ２０２６１１０１")
    assert digits_of("〒１５０－０００１") == "1500001"
    assert normal_name("やまだ 太郎") == normal_name("ヤマダ　太郎")


def test_contacts_show_only_their_ends() -> None:
    assert masked_phone("+819012345678") == "•••-••••-5678"
    assert masked_email("taro@example.com") == "t•••@e•••"
    assert masked_number("M1234567") == "•••4567"
    assert masked_number("123") == "•••3"


def test_a_stranger_is_shown_ways_of_the_same_shape_each_time() -> None:
    member = member_channels("+819012345678", None, KINDS)
    stranger = decoy_channels("phone", "+819012345678", KEY, frozenset({"sms"}))
    assert stranger == member
    for number in range(50):
        ways = decoy_channels("member_no", f"M{number}", KEY, KINDS)
        assert ways == decoy_channels("member_no", f"M{number}", KEY, KINDS)
        assert ways
        assert {way.kind for way in ways} <= KINDS


@pytest.mark.parametrize("kind", ["sms", "email"])
@pytest.mark.parametrize("by", ["member_no", "phone", "email"])
def test_a_stranger_is_shown_a_way_whatever_can_be_sent(by: str, kind: str) -> None:
    for number in range(50):
        value = {
            "member_no": f"M{number}",
            "phone": f"+8190123456{number:02}",
            "email": f"taro{number}@example.com",
        }[by]
        (way,) = decoy_channels(by, value, KEY, frozenset({kind}))
        assert way.kind == kind


async def test_codes_are_written_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "var" / "codes.jsonl"
    sink = code_sink(f"file:{path}")
    for code in ("111111", "222222"):
        await sink.send(SentCode("+819012345678", "sms", code, "2026-11-21T12:00:00+09:00"))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["code"] for line in lines] == ["111111", "222222"]
    assert lines[0].keys() == {"to", "kind", "code", "at"}


def test_a_sink_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="code sink"):
        code_sink("carrier-pigeon:roof")
