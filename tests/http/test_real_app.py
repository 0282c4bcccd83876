"""Whatever is sent to the real app has a defined, kind outcome; nobody sees what is not theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio

from bot.nlu import Linear
from tests.support.browser import Browser
from tests.support.real_app import IDENTITY_KEY, serving
from tests.support.small_shop import ASK

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD_TEXTS = {
    "empty": "",
    "blank": " \t\u3000\n",
    "10,000 characters": "在庫" * 5_000,
    "emoji only": "👟👀🙏🏽👨‍👩‍👧",
    "zero width": "\u200b\u200d\u2060\ufeff",
    "right to left": "\u202eありますか\u202c مرحبا",
    "control characters": "a\x01\x02\x1b[31m\x7f",
    "null": "a\x00b",
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}",
}
NOT_THE_SHAPE = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"client_id": "1"}',
    b'{"client_id": 1, "text": "a"}',
    b'{"client_id": "1", "text": ["a"]}',
    b'{"client_id": "1", "text": "a", "tap": "b"}',
    b'{"client_id": "1", "location": {"lat": 91, "lng": 0}}',
    b'{"client_id": "1", "text": "\\ud800"}',
    b'{"client_id": "1", "text": "' + b"a" * 10_001 + b'"}',
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(
    tmp_path_factory: pytest.TempPathFactory, engine: Linear
) -> AsyncIterator[httpx.AsyncClient]:
    """One app for all these tests: customers do not meet."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("real-app")
        async with serving(folder, engine, monkeypatch) as opened:
            yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def browser(client: httpx.AsyncClient) -> Browser:
    opened = Browser(client)
    await opened.open()
    return opened


def identity(sub: str = "m-1", *, key: str = IDENTITY_KEY, how: str = "HS256", **more: Any) -> str:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return jwt.encode({"sub": sub, "exp": expires_at, **more}, key, how)


NO_IDENTITY = {
    "no JWT": "nonsense",
    "expired": identity(exp=datetime.now(UTC) - timedelta(minutes=5)),
    "another key": identity(key="another key that is long enough for it"),
    "another algorithm": identity(key=IDENTITY_KEY * 2, how="HS512"),
    "unsigned": jwt.encode({"sub": "m-1", "exp": 4102444800}, None, "none"),
    "nobody the shop knows": identity("m-404"),
}


def texts(items: list[dict[str, Any]]) -> str:
    return "\n".join(item.get("text", "") for item in items)


async def timeline(client: httpx.AsyncClient, browser: Browser) -> list[dict[str, Any]]:
    answer = await client.get("/webchat/messages", headers=browser.headers)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


# What people send ----------------------------------------------------------------------------


async def test_odd_messages_are_answered_and_the_talk_goes_on(browser: Browser) -> None:
    for name, text in ODD_TEXTS.items():
        assert texts(await browser.ask(text)).strip(), name
    assert "渋谷店" in texts(await browser.ask(ASK))
    assert "49" not in "\n".join(browser.said("bot"))


async def test_unknown_buttons_are_answered_kindly(browser: Browser) -> None:
    for payload in ("nonsense", "", "x" * 10_000, "0.0.0", "💥", "a\x00b"):
        before = len(browser.said("bot"))
        await browser.post(tap=payload)
        assert (await browser.answers(before + 1))[-1]
    assert "渋谷店" in texts(await browser.ask(ASK))


async def test_a_repeated_client_id_is_taken_in_once(
    client: httpx.AsyncClient, browser: Browser
) -> None:
    bodies = [{"client_id": "same", "text": text} for text in ("こんにちは", "さようなら")] * 3
    answers = await asyncio.gather(
        *(client.post("/webchat/messages", json=b, headers=browser.headers) for b in bodies)
    )
    assert {answer.status_code for answer in answers} == {202}
    await browser.ask("ありがとう")
    assert len(browser.said("customer")) == 2


@pytest.mark.parametrize("path", ["sessions", "messages", "identify"])
async def test_what_is_not_the_shape_is_refused(
    client: httpx.AsyncClient, browser: Browser, path: str
) -> None:
    for body in NOT_THE_SHAPE:
        if path == "sessions" and not body:
            continue  # a session needs no body
        refused = await client.post(f"/webchat/{path}", content=body, headers=browser.headers)
        assert refused.status_code == 400, body
        assert refused.headers["content-type"] == "application/problem+json"
    assert await timeline(client, browser) == []


async def test_a_body_over_the_limit_is_too_large(
    client: httpx.AsyncClient, browser: Browser
) -> None:
    for path in ("/webchat/messages", "/webchat/sessions"):
        body = b'{"text": "' + b"a" * 1024 * 1024 + b'"}'
        refused = await client.post(path, content=body, headers=browser.headers)
        assert refused.status_code == 413


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer forged", "Basic eDp5", "Bearer " + "x" * 43]
)
async def test_a_forged_token_opens_nothing(client: httpx.AsyncClient, token: str) -> None:
    headers = {"Authorization": token} if token else {}
    body = {"client_id": "1", "text": "a"}
    for path in ("messages", "events"):
        assert (await client.get(f"/webchat/{path}", headers=headers)).status_code == 401
    for path in ("messages", "identify", "logout"):
        answer = await client.post(f"/webchat/{path}", json=body, headers=headers)
        assert answer.status_code == 401


# Reading on ----------------------------------------------------------------------------------


async def read_events(
    client: httpx.AsyncClient, headers: dict[str, str], count: int
) -> list[dict[str, Any]]:
    """The next events; then the line is cut."""
    found: list[dict[str, Any]] = []
    async with client.stream("GET", "/webchat/events", headers=headers) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == count:
                break
    return found


async def test_a_stream_that_was_cut_goes_on_without_loss_or_repetition(
    client: httpx.AsyncClient, browser: Browser
) -> None:
    await browser.ask("こんにちは")
    [first] = await read_events(client, browser.headers, 1)
    await browser.ask("ありがとう")
    resumed = browser.headers | {"Last-Event-ID": first["cursor"]}
    rest = await read_events(client, resumed, 3)
    assert [first, *rest] == browser.items


async def test_who_waits_for_an_answer_gets_it_at_once(
    client: httpx.AsyncClient, browser: Browser
) -> None:
    where = {"wait": "25"}
    waiting = asyncio.create_task(
        client.get("/webchat/messages", params=where, headers=browser.headers)
    )
    await browser.post(text="こんにちは")
    async with asyncio.timeout(20):
        answer = await waiting
    assert answer.json()["items"][0]["text"] == "こんにちは"


# Who they are --------------------------------------------------------------------------------


async def test_a_member_known_to_the_page_needs_no_proof(client: httpx.AsyncClient) -> None:
    browser = Browser(client)
    await browser.open(identity=identity())
    assert "1,280" in texts(await browser.ask("ポイントの残高を教えて"))


async def test_a_visitor_who_signs_in_goes_on_with_the_same_talk(
    client: httpx.AsyncClient, browser: Browser
) -> None:
    assert "1,280" not in texts(await browser.ask("ポイントの残高を教えて"))
    body = {"identity": identity()}
    signed_in = await client.post("/webchat/identify", json=body, headers=browser.headers)
    assert signed_in.status_code == 200
    await browser.reads("1,280")  # what they waited for comes without another word
    assert "1,280" in texts(await browser.ask("ポイントの残高を教えて"))
    assert len(await timeline(client, browser)) == len(browser.items)


@pytest.mark.parametrize("given", NO_IDENTITY.values(), ids=NO_IDENTITY.keys())
async def test_what_is_no_identity_changes_nothing(
    client: httpx.AsyncClient, browser: Browser, given: str
) -> None:
    await browser.ask("こんにちは")
    for path in ("identify", "sessions"):
        refused = await client.post(
            f"/webchat/{path}", json={"identity": given}, headers=browser.headers
        )
        assert refused.status_code == 401
        assert refused.json()["type"] == "urn:problem:invalid-identity"
    assert await timeline(client, browser) == browser.items
    assert "1,280" not in texts(await browser.ask("ポイントの残高を教えて"))


async def test_another_member_on_the_same_page_does_not_see_the_talk(
    client: httpx.AsyncClient,
) -> None:
    first = Browser(client)
    await first.open(identity=identity("m-1"))
    assert "1,280" in texts(await first.ask("ポイントの残高を教えて"))
    body = {"identity": identity("m-2")}
    changed = await client.post("/webchat/identify", json=body, headers=first.headers)
    assert changed.status_code == 200
    assert await timeline(client, first) == []
    second = Browser(client)
    second.headers = first.headers
    await second.post(client_id="after the change", text="ポイントの残高を教えて")
    [answer] = await second.answers(1)
    assert "77" in answer
    assert "1,280" not in answer


async def test_logging_out_hides_the_talk_and_ends_trust(client: httpx.AsyncClient) -> None:
    browser = Browser(client)
    await browser.open(identity=identity())
    await browser.ask("ポイントの残高を教えて")
    left = await client.post("/webchat/logout", headers=browser.headers)
    assert left.status_code == 204
    for request in ("messages", "events"):
        answer = await client.get(f"/webchat/{request}", headers=browser.headers)
        assert answer.status_code == 401
    stranger = Browser(client)
    await stranger.open()
    assert "1,280" not in texts(await stranger.ask("ポイントの残高を教えて"))
    assert await timeline(client, stranger) == stranger.items
