"""The web chat behind the same door as everything else."""

from datetime import UTC, datetime

import httpx
from prometheus_client import CollectorRegistry

from bot.channel.memory import InMemoryCounter
from bot.http import create_app
from connectors.webchat import InMemorySessions, WebChat


def browser() -> httpx.AsyncClient:
    webchat = WebChat(InMemorySessions(), now=lambda: datetime.now(UTC))
    app = create_app([webchat], InMemoryCounter(), probes={}, registry=CollectorRegistry())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.example")


async def test_a_visitor_writes_and_reads_through_the_app() -> None:
    async with browser() as page:
        token = (await page.post("/webchat/sessions")).json()["token"]
        page.headers["Authorization"] = f"Bearer {token}"
        body = {"client_id": "1", "text": "hi"}
        assert (await page.post("/webchat/messages", json=body)).status_code == 202
        answer = await page.get("/webchat/messages")
    assert [item["text"] for item in answer.json()["items"]] == ["hi"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "request-id" in answer.headers


async def test_too_large_is_told_so_that_the_page_can_read_it() -> None:
    async with browser() as page:
        token = (await page.post("/webchat/sessions")).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "Origin": "http://chat.example"}
        refused = await page.post(
            "/webchat/messages", content=b" " * (1024 * 1024 + 1), headers=headers
        )
    assert refused.status_code == 413
    assert refused.json()["type"] == "urn:problem:too-large"
    assert refused.headers["access-control-allow-origin"] == "http://chat.example"


async def test_nobody_can_call_a_webhook_the_web_chat_does_not_have() -> None:
    async with browser() as page:
        assert (await page.post("/webhooks/webchat", content=b"{}")).status_code == 401
