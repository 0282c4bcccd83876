"""What holds for every answer, and what those who watch over the process see."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI
from pigeon import client_of
from prometheus_client import CollectorRegistry, Gauge

from bot.channel.memory import InMemoryCounter
from bot.http import create_app
from bot.http.health import Probe


def app_with(probes: Mapping[str, Probe]) -> FastAPI:
    return create_app([], InMemoryCounter(), probes=probes, registry=CollectorRegistry())


async def well() -> None:
    return None


async def ill() -> None:
    raise ConnectionError("db.internal:5432 refused")


async def stuck() -> None:
    await asyncio.Event().wait()


async def test_every_answer_carries_the_callers_request_id(platform: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/nothing", "/storm"):
        answer = await platform.get(path, headers={"Request-Id": "trace-7"})
        assert answer.headers["request-id"] == "trace-7"


@pytest.mark.parametrize("given", ["", "x" * 129, "a\tb"])
async def test_a_request_id_that_does_not_fit_is_replaced(
    platform: httpx.AsyncClient, given: str
) -> None:
    answer = await platform.get("/healthz", headers={"Request-Id": given})
    assert answer.headers["request-id"] not in ("", given)


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/storm"])
async def test_every_answer_carries_safe_headers(platform: httpx.AsyncClient, path: str) -> None:
    answer = await platform.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("/nothing", 404, "not-found"),
        ("/healthz/", 404, "not-found"),
        ("/pigeon", 405, "method-not-allowed"),
        ("/storm", 500, "internal-error"),
    ],
)
async def test_errors_are_problems(
    platform: httpx.AsyncClient, path: str, status: int, slug: str
) -> None:
    answer = await platform.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": f"urn:problem:{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
    }


async def test_the_body_limit_holds_for_a_channels_own_routes(platform: httpx.AsyncClient) -> None:
    limit = 1024 * 1024
    assert (await platform.post("/pigeon", content=b"x" * limit)).status_code == 200
    assert (await platform.post("/pigeon", content=b"x" * (limit + 1))).status_code == 413


async def test_the_interface_describes_itself(platform: httpx.AsyncClient) -> None:
    described = (await platform.get("/openapi.json")).json()
    assert set(described["paths"]) == {"/healthz", "/readyz", "/metrics", "/webhooks/{channel}"}


async def test_alive_and_ready(platform: httpx.AsyncClient) -> None:
    assert (await platform.get("/healthz")).json() == {"status": "ok"}
    async with client_of(app_with({"database": well})) as watcher:
        answer = await watcher.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok"}}


async def test_not_ready_names_what_is_missing_but_not_its_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.http.health.PROBE_SECONDS", 0.01)
    probes = {"database": ill, "backend": stuck, "nlu": well}
    async with client_of(app_with(probes)) as watcher:
        answer = await watcher.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "checks": {"database": "failing", "backend": "failing", "nlu": "ok"},
    }


async def test_metrics_show_the_registry(
    platform: httpx.AsyncClient, registry: CollectorRegistry
) -> None:
    Gauge("queue_length", "How many wait", registry=registry).set(3)
    answer = await platform.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "queue_length 3.0" in answer.text
