"""Platforms' calls: checked, stored, answered; none is dropped in silence."""

import json
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from pigeon import signature
from prometheus_client import CollectorRegistry

from bot.channel.memory import InMemoryCounter
from bot.messages.inbound import Text

LogLines = list[MutableMapping[str, Any]]
BODY = json.dumps([{"id": "1", "from": "mori", "text": "在庫ありますか"}]).encode()


async def call(platform: httpx.AsyncClient, body: bytes, path: str = "pigeon") -> httpx.Response:
    headers = {"X-Signature": signature(body)}
    return await platform.post(f"/webhooks/{path}", content=body, headers=headers)


def calls(registry: CollectorRegistry, outcome: str, channel: str = "pigeon") -> float | None:
    labels = {"channel": channel, "outcome": outcome}
    return registry.get_sample_value("madoguchi_webhook_calls_total", labels)


async def test_a_signed_call_is_stored_and_then_answered(
    platform: httpx.AsyncClient, counter: InMemoryCounter, registry: CollectorRegistry
) -> None:
    answer = await call(platform, BODY)
    assert (answer.status_code, answer.content) == (200, b"")
    [message] = counter.accepted
    assert isinstance(message, Text)
    assert message.text == "在庫ありますか"
    assert calls(registry, "accepted") == 1


async def test_a_call_delivered_again_is_answered_and_counted_as_repeated(
    platform: httpx.AsyncClient, counter: InMemoryCounter, registry: CollectorRegistry
) -> None:
    await call(platform, BODY)
    assert (await call(platform, BODY)).status_code == 200
    assert len(counter.accepted) == 1
    for fate in ("new", "repeated"):
        labels = {"channel": "pigeon", "fate": fate}
        assert registry.get_sample_value("madoguchi_webhook_messages_total", labels) == 1


async def test_a_call_without_messages_is_fine(platform: httpx.AsyncClient) -> None:
    assert (await call(platform, b"[]")).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Signature": "0" * 64}, {"X-Signature": "あ".encode()}])
async def test_a_call_nobody_signed_is_refused(
    platform: httpx.AsyncClient,
    counter: InMemoryCounter,
    registry: CollectorRegistry,
    log_lines: LogLines,
    headers: dict[str, str],
) -> None:
    answer = await platform.post("/webhooks/pigeon", content=BODY, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:problem:bad-signature"
    assert counter.accepted == []
    assert calls(registry, "bad-signature") == 1
    assert [(line["event"], line["outcome"]) for line in log_lines] == [
        ("webhook.refused", "bad-signature")
    ]


@pytest.mark.parametrize("body", [b"", b"coo", b"{", b"5", b"[5]", b'[["1"]]', b"\xff"])
async def test_a_call_of_another_shape_is_refused(
    platform: httpx.AsyncClient, registry: CollectorRegistry, body: bytes
) -> None:
    answer = await call(platform, body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert calls(registry, "invalid-request") == 1


@pytest.mark.parametrize("declared", [True, False])
async def test_a_call_over_one_mebibyte_is_refused(
    platform: httpx.AsyncClient, registry: CollectorRegistry, declared: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * 65_536

    body = b" " * (17 * 65_536)
    answer = await platform.post("/webhooks/pigeon", content=body if declared else pieces())
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:problem:too-large"
    assert calls(registry, "too-large") == 1


async def test_a_channel_nobody_knows_is_not_found(
    platform: httpx.AsyncClient, registry: CollectorRegistry
) -> None:
    assert (await call(platform, BODY, "carrier")).status_code == 404
    assert calls(registry, "not-found", "unknown") == 1


async def test_a_call_that_cannot_be_stored_is_not_acknowledged(
    platform: httpx.AsyncClient,
    counter: InMemoryCounter,
    registry: CollectorRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(messages: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(counter, "accept", full)
    assert (await call(platform, BODY)).status_code == 500
    assert calls(registry, "failed") == 1


async def test_no_log_line_repeats_what_was_written(
    platform: httpx.AsyncClient, log_lines: LogLines
) -> None:
    await platform.post("/webhooks/pigeon", content=BODY)
    await call(platform, BODY + b"?")
    assert len(log_lines) == 2
    assert "在庫" not in str(log_lines)
