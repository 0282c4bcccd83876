"""The suite every channel must pass.

A channel's tests hand in what they have, and run every check there is for it::

    @pytest.mark.parametrize("check", conformance.CHECKS)
    async def test_line_is_a_channel(check: conformance.Check, line: Line) -> None:
        await check(line)

    @pytest.mark.parametrize("check", conformance.WEBHOOK_CHECKS)
    def test_line_has_a_webhook(check: conformance.WebhookCheck, webhook: Webhook) -> None:
        check(webhook)
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unittest.mock import patch

from starlette.datastructures import Headers

from bot.channel import Channel, Envelope, Sent, degraded
from bot.errors import BadPayload
from bot.messages import Account
from bot.messages.inbound import Inbound
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text

Check = Callable[[Channel], Awaitable[None]]
KINDS = frozenset({"cards", "picture", "place"})
ASKS = frozenset({"contact", "location", "moment"})
JUNK = (b"", b"\xff", b"{", b"null", b"5", b'"text"', b"[]", b"[5]", b"{}", b'{"events": 5}')
OTHER_VALUES: tuple[Any, ...] = (None, 5, -1.5, True, "", "x", [], [5], {}, {"x": 5})

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
_CHOICES = tuple(Choice(f"{size}cm はいかがでしょうか", f"size-{size}") for size in range(30))
OUTBOUND: tuple[Outbound, ...] = (
    Text("在庫がございます。"),
    Text("お取り置きしますか。", (Choice("はい", "yes"), Choice("いいえ", "no"))),
    Text("どのサイズでしょうか。", _CHOICES),
    Text("どちらでしょうか。", (Choice("現在地を送る", "here", "location"), Choice("全店", "all"))),
    Text(
        "いつがよろしいでしょうか。",
        (Choice("日時を選ぶ", "when", "moment", (NOON, NOON + timedelta(days=14))),),
    ),
    Text("<b>&amp; *太字* _斜体_ [x](y)</b> \u202e🎁👨\u200d👩\u200d👧"),
    Text("こちらの商品は各店舗でお試しいただけます。" * 1000),
    Cards(tuple(Card(f"商品{number}", "¥1,980", None, _CHOICES[:2]) for number in range(15))),
    Picture("https://shop.example/card.png", "会員証のバーコード"),
    Place("梅田店", "大阪市北区梅田1-1", 34.7025, 135.4959),
)
"""Every kind of message, small, large and awkward."""


@dataclass(frozen=True)
class Recording:
    """One call of the platform, and what it says."""

    body: bytes
    says: tuple[Inbound, ...]


@dataclass(frozen=True)
class Webhook:
    """A channel with a webhook; `sign` gives the headers the platform would send with a body."""

    channel: Channel
    sign: Callable[[bytes], Mapping[str, str]]
    recordings: Sequence[Recording]


WebhookCheck = Callable[[Webhook], None]


async def its_abilities_make_sense(channel: Channel) -> None:
    """Limits are numbers to work with, kinds are known, and the name fits an address."""
    abilities = channel.abilities
    assert channel.name.isascii()
    assert channel.name.isalnum()
    assert abilities.text_limit >= 100
    assert abilities.choice_limit >= 0
    assert abilities.label_limit >= 1
    assert abilities.kinds <= KINDS
    assert abilities.asks <= ASKS
    assert "cards" not in abilities.kinds or abilities.card_limit >= 1


async def it_sends_every_kind_and_gives_a_verdict_for_each(channel: Channel) -> None:
    """What is fitted to the channel goes out, whole batches in order."""
    account = Account(channel.name, "conformance")
    for outbound in OUTBOUND:
        batch = [
            Envelope(f"key-{number}", account, "bot", shown, datetime.now(UTC))
            for number, shown in enumerate(degraded(outbound, channel.abilities))
        ]
        assert await channel.send(batch) == [Sent(envelope.key) for envelope in batch]


async def it_trusts_no_call_without_a_signature(channel: Channel) -> None:
    """Nothing is genuine by itself."""
    for body in JUNK:
        assert channel.verify({}, body) is False


async def it_names_bad_payloads(channel: Channel) -> None:
    """What is not the shape is `BadPayload` and nothing else, however deep or odd."""
    for body in (*JUNK, b"[" * 100_000, b'{"a":' * 10_000, b'{"a": NaN}', b'{"a": "\\ud800"}'):
        _reads(channel, body)
    for body in (b"", b"\xff", b"{", b"null", b"5"):
        assert not _reads(channel, body), f"{body!r} is no payload of any platform"


def it_reads_what_was_recorded(webhook: Webhook) -> None:
    """Every recorded call says what it says, the same each time, each message with its own id."""
    for recording in webhook.recordings:
        for _ in range(2):
            assert tuple(webhook.channel.read(recording.body)) == recording.says
        names = [message.id for message in recording.says]
        assert len(set(names)) == len(names)
        assert all(message.account.channel == webhook.channel.name for message in recording.says)


def it_trusts_the_signature_alone(webhook: Webhook) -> None:
    """Another body, another signature or none at all is refused; header names have no case."""
    for recording in webhook.recordings:
        body, headers = recording.body, dict(webhook.sign(recording.body))
        lower = {name.lower(): value for name, value in headers.items()}
        assert webhook.channel.verify(Headers(headers), body) is True
        assert webhook.channel.verify(Headers(lower), body) is True
        for name, value in headers.items():
            for other in ("", "x", value[:-1], value + "x", "é" * len(value)):
                changed = Headers({**headers, name: other})
                assert webhook.channel.verify(changed, body) is False


def it_compares_in_constant_time(webhook: Webhook) -> None:
    """Signatures are compared by `hmac.compare_digest`."""
    body = webhook.recordings[0].body
    with patch("hmac.compare_digest", wraps=hmac.compare_digest) as compare:
        webhook.channel.verify(Headers(webhook.sign(body)), body)
    assert compare.called


def it_passes_over_unknown_fields(webhook: Webhook) -> None:
    """Platforms add fields without asking; what was known still reads the same."""
    for recording in webhook.recordings:
        extended = json.dumps(_extended(json.loads(recording.body))).encode()
        assert tuple(webhook.channel.read(extended)) == recording.says


def it_survives_any_field_being_something_else(webhook: Webhook) -> None:
    """A field of another type, or a call cut short, is read or refused; nothing else happens."""
    for recording in webhook.recordings:
        for body in (recording.body[:-1], recording.body[: len(recording.body) // 2]):
            _reads(webhook.channel, body)
        for changed in _changed(json.loads(recording.body)):
            _reads(webhook.channel, json.dumps(changed).encode())


CHECKS: tuple[Check, ...] = (
    its_abilities_make_sense,
    it_sends_every_kind_and_gives_a_verdict_for_each,
    it_trusts_no_call_without_a_signature,
    it_names_bad_payloads,
)
WEBHOOK_CHECKS: tuple[WebhookCheck, ...] = (
    it_reads_what_was_recorded,
    it_trusts_the_signature_alone,
    it_compares_in_constant_time,
    it_passes_over_unknown_fields,
    it_survives_any_field_being_something_else,
)


def _reads(channel: Channel, body: bytes) -> bool:
    """Whether this is a payload; any exception but `BadPayload` is the channel's defect."""
    try:
        channel.read(body)
    except BadPayload:
        return False
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} instead of BadPayload") from error
    return True


def _extended(value: Any) -> Any:
    match value:
        case dict():
            known = {key: _extended(inner) for key, inner in value.items()}
            return {**known, "fieldOfTomorrow": {"a": [1]}}
        case list():
            return [_extended(inner) for inner in value]
    return value


def _changed(value: Any) -> Iterator[Any]:
    """The value with each of its parts, in turn, something else or missing."""
    yield from OTHER_VALUES
    for key in _keys(value):
        missing = deepcopy(value)
        del missing[key]
        yield missing
        for part in _changed(value[key]):
            other = deepcopy(value)
            other[key] = part
            yield other


def _keys(value: Any) -> Sequence[Any]:
    match value:
        case dict():
            return list(value)
        case list():
            return range(len(value))
    return ()
