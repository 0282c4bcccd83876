"""Server-sent events, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channel.memory import InMemoryCounter
from bot.messages import Account
from bot.messages.outbound import Text as Words
from connectors.webchat import WebChat
from connectors.webchat.conftest import SECRET
from tests.support.served import PATIENCE_SECONDS

ENDLESS = 4102444800


@pytest.fixture
async def visitor(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with a session that has said hello, on a loopback port."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    port = listening.getsockname()[1]
    serving = asyncio.create_task(server.serve([listening]))
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS
    ) as client:
        token = (await client.post("/webchat/sessions")).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        await client.post("/webchat/messages", json={"client_id": "1", "text": "hello"})
        yield client
    server.should_exit = True
    await serving


@asynccontextmanager
async def stream(
    visitor: httpx.AsyncClient, query: str = "", **headers: str
) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of an open stream."""
    async with visitor.stream("GET", f"/webchat/events{query}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.aiter_lines()


async def next_item(lines: AsyncIterator[str]) -> tuple[str, dict[str, Any]]:
    """The id and the data of the next event."""
    name = ""
    async for line in lines:
        if line.startswith("id: "):
            name = line.removeprefix("id: ")
        if line.startswith("data: "):
            return name, json.loads(line.removeprefix("data: "))
    raise EOFError


async def next_signal(lines: AsyncIterator[str]) -> tuple[str, dict[str, Any]]:
    """The name and the data of the next event that is no item."""
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            return name, json.loads(line.removeprefix("data: "))
    raise EOFError


async def test_items_arrive_as_they_happen(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    account = counter.accepted[0].account
    async with stream(visitor) as lines:
        name, item = await next_item(lines)
        assert (item["text"], item["cursor"]) == ("hello", name)
        counter.say(account, Words("a\nb"), Words("c"))
        assert [(await next_item(lines))[1]["text"] for _ in range(2)] == ["a\nb", "c"]
    polled = (await visitor.get("/webchat/messages")).json()["items"]
    assert polled[0] == item


@pytest.mark.parametrize("way", ["after", "header", "header wins"])
async def test_a_stream_goes_on_where_it_broke_off(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, way: str
) -> None:
    async with stream(visitor) as lines:
        seen, _ = await next_item(lines)
    counter.say(counter.accepted[0].account, Words("missed"))
    query = {"after": f"?after={seen}", "header": "", "header wins": "?after="}[way]
    headers = {} if way == "after" else {"Last-Event-ID": seen}
    async with stream(visitor, query, **headers) as lines:
        assert (await next_item(lines))[1]["text"] == "missed"


async def test_a_page_sees_at_once_that_a_person_is_writing(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, webchat: WebChat
) -> None:
    account = counter.accepted[0].account
    async with stream(visitor) as lines:
        _, hello = await next_item(lines)
        await counter.waited()
        await webchat.writing(account, "佐藤")
        assert await next_signal(lines) == ("typing", {"author": "agent", "name": "佐藤"})
        counter.say(account, Words("お待たせしました"), author="agent", name="佐藤")
        assert (await next_item(lines))[1]["text"] == "お待たせしました"
    # It stands in no timeline: who reads from the same place again sees the message alone.
    async with stream(visitor, f"?after={hello['cursor']}") as lines:
        assert (await next_item(lines))[1]["name"] == "佐藤"


async def test_nobody_else_sees_that_a_person_is_writing(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, webchat: WebChat
) -> None:
    account = counter.accepted[0].account
    async with stream(visitor) as lines:
        await next_item(lines)
        await counter.waited()
        await webchat.writing(Account("webchat", "somebody else"), "佐藤")
        counter.say(account, Words("a"))
        heard = [line async for line in _first(lines, 4)]
    assert not [line for line in heard if line.startswith("event:")]


async def test_a_quiet_stream_has_a_heartbeat(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.webchat.endpoints.HEARTBEAT_SECONDS", 0.01)
    async with stream(visitor) as lines:
        await next_item(lines)
        beats = [line async for line in _first(lines, 6) if line]
    assert set(beats) == {":"}


async def _first(lines: AsyncIterator[str], count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await anext(lines)


async def test_a_browser_that_leaves_is_not_waited_for(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = asyncio.Event()
    wait = counter.wait

    async def watched(*args: Any) -> None:
        try:
            await wait(*args)
        except asyncio.CancelledError:
            left.set()
            raise

    monkeypatch.setattr(counter, "wait", watched)
    async with stream(visitor) as lines:
        await next_item(lines)
        await counter.waited()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await left.wait()


async def test_the_stream_ends_when_another_member_takes_the_page(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    first, second = (
        jwt.encode({"sub": sub, "exp": ENDLESS}, SECRET, "HS256") for sub in ("m-1", "m-2")
    )
    await visitor.post("/webchat/identify", json={"identity": first})
    async with stream(visitor) as lines:
        await next_item(lines)
        await visitor.post("/webchat/identify", json={"identity": second})
        counter.say(counter.accepted[0].account, Words("for m-1 only"))
        with pytest.raises(EOFError):
            await next_item(lines)


async def test_of_too_many_streams_the_oldest_gives_way(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.webchat.streams.STREAMS_AT_MOST", 2)
    account = counter.accepted[0].account
    async with stream(visitor) as first, stream(visitor) as second:
        for lines in (first, second):
            assert (await next_item(lines))[1]["text"] == "hello"
        async with stream(visitor) as third:
            await next_item(third)
            with pytest.raises(EOFError):
                await next_item(first)
            counter.say(account, Words("still here"))
            for lines in (second, third):
                assert (await next_item(lines))[1]["text"] == "still here"


async def test_the_stream_ends_with_the_session(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    async with stream(visitor) as lines:
        await next_item(lines)
        await visitor.post("/webchat/logout")
        counter.say(counter.accepted[0].account, Words("too late"))
        with pytest.raises(EOFError):
            await next_item(lines)
