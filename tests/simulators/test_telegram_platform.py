"""The Telegram of the tests and the demo is as strict as Telegram, and its phones work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.telegram import Platform, create_app
from tests.support.telegram import TOKEN, Fault, Webhook, telegram, until

YES = {"inline_keyboard": [[{"text": "はい", "callback_data": "yes"}]]}


@pytest.fixture
def platform() -> Platform:
    return Platform(TOKEN, retry_seconds=0.02, lenient=False)


@pytest.fixture
async def client(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://telegram.example") as opened:
        yield opened
    await platform.close()


async def call(client: httpx.AsyncClient, method: str, **given: Any) -> tuple[int, Any]:
    """A call as libraries make it: a form, nested values as JSON. Its status and result."""
    form = {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}
    answer = await client.post(f"/bot{TOKEN}/{method}", data=form)
    body = answer.json()
    assert body["ok"] == answer.is_success
    return answer.status_code, body.get("result", body.get("description"))


async def started(client: httpx.AsyncClient, user: int = 1001) -> None:
    await client.post(f"/phone/{user}/start", json={})


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": 1001}, "message text is empty"),
    ("sendMessage", {"chat_id": 1001, "text": " \n"}, "message text is empty"),
    ("sendMessage", {"chat_id": 1001, "text": "あ" * 4097}, "message is too long"),
    ("sendMessage", {"chat_id": 1001, "text": "🙂" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": 31337, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": 1001, "text": "x", "txet": "y"}, "unknown parameter txet"),
    (
        "sendMessage",
        {"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
        "Text buttons are unallowed",
    ),
    (
        "sendMessage",
        {
            "chat_id": 1001,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "あ" * 22}]]},
        },
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {
            "chat_id": 1001,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "y"}] * 9]},
        },
        "too long",
    ),
    ("sendPhoto", {"chat_id": 1001, "photo": "/x.jpg"}, "wrong file identifier"),
    ("sendPhoto", {"chat_id": 1001, "photo": "https://x/y.jpg", "caption": "x" * 1025}, "too long"),
    ("sendVenue", {"chat_id": 1001, "latitude": 91, "longitude": 0}, "out of range"),
    ("sendVenue", {"chat_id": 1001, "latitude": 1, "longitude": 0, "title": "x"}, "address"),
    ("sendChatAction", {"chat_id": 1001, "action": "thinking"}, "wrong parameter action"),
    ("answerCallbackQuery", {"callback_query_id": "77"}, "query is too old"),
    ("setWebhook", {"url": "http://x.example/hook"}, "HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://x.example:9000/hook"}, "only on ports"),
    ("setWebhook", {"url": "https://x.example/", "secret_token": "ä"}, "invalid string"),
    ("setMyCommands", {"commands": [{"command": "Stock", "description": "x"}]}, "COMMAND_INVALID"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "too long"),
    ("getFile", {"file_id": "none"}, "wrong file_id"),
]


@pytest.mark.parametrize(("method", "given", "words"), REFUSED)
async def test_what_telegram_refuses_is_refused(
    method: str, given: dict[str, Any], words: str, client: httpx.AsyncClient
) -> None:
    await started(client)
    status, description = await call(client, method, **given)
    assert status == 400
    assert words in description


async def test_a_wrong_token_opens_nothing(client: httpx.AsyncClient) -> None:
    for path in ("/bot1:wrong/getMe", "/file/bot1:wrong/photos/1.jpg"):
        assert (await client.get(path)).status_code == 401
    assert (await client.get(f"/bot{TOKEN}/getmE")).status_code == 200
    assert (await client.get(f"/bot{TOKEN}/getMoney")).status_code == 404


async def test_nobody_is_written_to_who_never_wrote(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    platform.private(platform.person(5))
    status, words = await call(client, "sendMessage", chat_id=5, text="x")
    assert (status, "initiate" in words) == (403, True)


async def test_updates_are_kept_until_they_are_confirmed(client: httpx.AsyncClient) -> None:
    for word in ("1", "2", "3"):
        await client.post("/phone/1001/text", json={"text": word})
    _, all_three = await call(client, "getUpdates")
    assert [update["message"]["text"] for update in all_three] == ["1", "2", "3"]
    _, again = await call(client, "getUpdates", limit=1)
    assert again == all_three[:1]
    _, rest = await call(client, "getUpdates", offset=all_three[0]["update_id"] + 1)
    assert rest == all_three[1:]
    _, last = await call(client, "getUpdates", offset=-1)
    assert last == all_three[2:]
    assert (await call(client, "getUpdates"))[1] == last


async def test_of_two_pollers_the_first_is_sent_away(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    first = asyncio.create_task(call(client, "getUpdates", timeout=20))
    await until(lambda: platform.updates.polled)
    second = asyncio.create_task(call(client, "getUpdates", timeout=20))
    status, words = await first
    assert (status, "terminated by other getUpdates" in words) == (409, True)
    await client.post("/phone/1001/text", json={"text": "x"})
    assert (await second)[0] == 200


async def test_with_a_webhook_there_is_nothing_to_poll(client: httpx.AsyncClient) -> None:
    await call(client, "setWebhook", url="https://127.0.0.1:8443/x", secret_token="s")
    status, words = await call(client, "getUpdates")
    assert (status, "webhook is active" in words) == (409, True)
    await call(client, "deleteWebhook")
    assert (await call(client, "getUpdates"))[0] == 200


async def test_a_failed_call_is_repeated_in_order(platform: Platform) -> None:
    taken: list[str] = []
    failures = [500, 503]

    async def hook(request: Request) -> Response:
        assert request.headers["x-telegram-bot-api-secret-token"] == "s3"
        if failures:
            return Response(status_code=failures.pop())
        taken.append((await request.json())["message"]["text"])
        return Response()

    bot = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
    platform.updates.client = httpx.AsyncClient(transport=httpx.ASGITransport(bot))
    platform.updates.set_webhook(Webhook("http://bot.example/hook", "s3"))
    person = platform.person(1001)
    for word in ("1", "2", "3"):
        platform.send(person, {"text": word})
    await platform.updates.settle()
    assert taken == ["1", "2", "3"]
    assert not platform.updates.pending
    await platform.close()


async def test_a_phone_shows_what_was_sent_to_it(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    await started(client)
    await call(client, "sendMessage", chat_id=1001, text="？", reply_markup=YES)
    await call(client, "sendPhoto", chat_id=1001, photo="https://x/y.jpg", caption="ソラ")
    await call(
        client, "sendVenue", chat_id=1001, latitude=34.7, longitude=135.5, title="店", address="市"
    )
    await call(client, "sendChatAction", chat_id=1001, action="typing")
    screen = (await client.get("/phone/1001")).json()
    asked, picture, place = screen["messages"][1:]
    assert asked["from"] == "account"
    assert asked["buttons"] == [[{"label": "はい", "tap": "yes", "url": None}]]
    assert (picture["picture"]["url"], picture["text"]) == ("https://x/y.jpg", "ソラ")
    assert place["place"] == {"name": "店", "address": "市", "lat": 34.7, "lng": 135.5}
    assert screen["typing"]
    assert not screen["blocked"]


async def test_a_phone_does_what_its_owner_does(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    await started(client)
    _, sent = await call(client, "sendMessage", chat_id=1001, text="？", reply_markup=YES)
    mine = (await client.post("/phone/1001/text", json={"text": "x"})).json()["messages"][-1]
    for act, body in {
        "tap": {"message": sent["message_id"], "tap": "yes"},
        "location": {"lat": 34.7, "lng": 135.5},
        "contact": {},
        "edit": {"message": mine["id"], "text": "y"},
        "block": {},
        "unblock": {},
    }.items():
        assert (await client.post(f"/phone/1001/{act}", json=body)).status_code == 201, act
    assert (await client.post("/phone/1001/image", content=b"\xff\xd8")).status_code == 201
    kinds = [next(k for k in update if k != "update_id") for update in platform.updates.made]
    assert kinds == [
        *("message", "message", "callback_query", "message", "message", "edited_message"),
        *("my_chat_member", "my_chat_member", "message"),
    ]
    assert (await client.post("/phone/1001/dance", json={})).status_code == 404
    assert (await client.post("/phone/1001/text", json={})).status_code == 400
    nothing = {"message": sent["message_id"], "tap": "no"}
    assert (await client.post("/phone/1001/tap", json=nothing)).status_code == 400


async def test_a_tap_can_be_acknowledged_once(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    await started(client)
    _, sent = await call(client, "sendMessage", chat_id=1001, text="？", reply_markup=YES)
    query = platform.tap(platform.person(1001), sent["message_id"], "yes")
    assert await call(client, "answerCallbackQuery", callback_query_id=query) == (200, True)
    assert (await call(client, "answerCallbackQuery", callback_query_id=query))[0] == 400
    old = platform.tap(platform.person(1001), sent["message_id"], "yes")
    platform.callbacks[old].at -= 151
    assert (await call(client, "answerCallbackQuery", callback_query_id=old))[0] == 400


async def test_moods_and_planned_faults(client: httpx.AsyncClient, platform: Platform) -> None:
    await started(client)
    moods = (await client.get("/mood")).json()["moods"]
    assert moods == ["well", "rate limited", "slow", "down"]
    for mood, status in (("rate limited", 429), ("down", 502), ("well", 200)):
        assert (await client.post("/mood", json={"mood": mood})).status_code == 200
        assert (await call(client, "sendMessage", chat_id=1001, text="x"))[0] == status
    assert (await client.post("/mood", json={"mood": "sad"})).status_code == 400
    platform.faults.plan("getMe", None, Fault("error"))
    assert [(await call(client, "getMe"))[0] for _ in range(3)] == [200, 500, 200]


async def test_a_call_that_is_lost_has_been_done_or_not(platform: Platform) -> None:
    person = platform.person(1001)
    platform.start(person)
    platform.faults.plan("sendMessage", Fault("lost before"), Fault("lost after"))
    impatient = httpx.Timeout(10, read=0.3)
    async with (
        telegram(platform) as base,
        httpx.AsyncClient(base_url=base, timeout=impatient) as client,
    ):
        for words in ("before", "after"):
            with pytest.raises(httpx.ReadTimeout):
                await call(client, "sendMessage", chat_id=1001, text=words)
        await until(lambda: len(platform.calls) == 2)
    said = [shown.content["text"] for shown in platform.private(person).messages]
    assert said == ["/start", "after"]
