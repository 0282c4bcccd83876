"""Who writes too fast is asked to wait, kindly; who calls from elsewhere is not let in."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channel import Supplies
from bot.channel.memory import InMemoryCounter
from bot.config import BotConfig, Environment, Settings
from bot.config import Limits as Numbers
from bot.errors import Misconfigured, TooMany
from connectors.webchat import InMemorySessions, Limits, Rate, WebChat, connect
from connectors.webchat.conftest import MovableClock, browser, of_type
from connectors.webchat.limits import Buckets, address_of

PLENTY = Rate(burst=1000, per_second=1000)
SCARCE = Rate(burst=2, per_second=0.1)


def chat(clock: MovableClock, counter: InMemoryCounter, limits: Limits) -> Starlette:
    webchat = WebChat(InMemorySessions(), now=clock, limits=limits)
    return Starlette(routes=webchat.routes(counter))


async def opened(page: httpx.AsyncClient, locale: str | None = None) -> httpx.AsyncClient:
    token = (await page.post("/webchat/sessions", json={"locale": locale})).json()["token"]
    page.headers["Authorization"] = f"Bearer {token}"
    return page


async def write(page: httpx.AsyncClient, client_id: int) -> httpx.Response:
    body = {"client_id": str(client_id), "text": "hi"}
    return await page.post("/webchat/messages", json=body)


@pytest.mark.parametrize(
    ("locale", "words"),
    [(None, "もう一度お送りください"), ("ja-JP", "10秒ほど"), ("en", "about 10 seconds")],
)
async def test_who_writes_too_fast_is_asked_to_wait_in_their_language(
    clock: MovableClock, counter: InMemoryCounter, locale: str | None, words: str
) -> None:
    async with browser(chat(clock, counter, Limits(SCARCE, PLENTY, PLENTY))) as page:
        await opened(page, locale)
        assert [(await write(page, number)).status_code for number in (1, 2)] == [202, 202]
        refused = await write(page, 3)
        assert refused.status_code == 429
        assert of_type(refused, "rate-limited")
        assert refused.headers["retry-after"] == "10"
        assert words in refused.json()["detail"]
        clock.pass_by(seconds=10)
        assert (await write(page, 3)).status_code == 202


@pytest.mark.parametrize("path", ["messages", "events"])
async def test_a_page_may_look_often_but_not_without_end(
    clock: MovableClock, counter: InMemoryCounter, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.webchat.limits.READS_FOR_A_MESSAGE", 3)
    app = chat(clock, counter, Limits(SCARCE, PLENTY, PLENTY))
    async with browser(app) as page:
        await opened(page)
        read = "/webchat/messages"
        assert [(await page.get(read)).status_code for _ in range(6)] == [200] * 6
        refused = await page.get(f"/webchat/{path}")
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "4"
        assert (await write(page, 1)).status_code == 202
        clock.pass_by(seconds=4)
        assert (await page.get(read)).status_code == 200


async def test_one_account_over_its_limit_does_not_slow_another(
    clock: MovableClock, counter: InMemoryCounter
) -> None:
    app = chat(clock, counter, Limits(SCARCE, PLENTY, PLENTY))
    async with browser(app) as fast, browser(app) as calm:
        await opened(fast)
        await opened(calm)
        assert [(await write(fast, n)).status_code for n in range(3)] == [202, 202, 429]
        assert (await write(calm, 1)).status_code == 202


async def test_one_address_cannot_open_sessions_without_end(
    clock: MovableClock, counter: InMemoryCounter
) -> None:
    app = chat(clock, counter, Limits(PLENTY, SCARCE, PLENTY))
    async with browser(app) as here, browser(app, address="203.0.113.9") as there:
        statuses = [(await here.post("/webchat/sessions")).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]
        assert (await there.post("/webchat/sessions")).status_code == 201


async def test_the_house_has_a_limit_too(clock: MovableClock, counter: InMemoryCounter) -> None:
    app = chat(clock, counter, Limits(PLENTY, PLENTY, SCARCE))
    statuses = []
    for number in range(3):
        async with browser(app, address=f"203.0.113.{number}") as page:
            statuses.append((await page.post("/webchat/sessions")).status_code)
    assert statuses == [201, 201, 429]


async def test_the_counters_own_limit_is_told_in_the_same_way(
    clock: MovableClock, sessions: InMemorySessions
) -> None:
    class BusyCounter(InMemoryCounter):
        async def accept(self, messages: object) -> int:
            raise TooMany(2.5)

    webchat = WebChat(sessions, now=clock)
    async with browser(Starlette(routes=webchat.routes(BusyCounter()))) as page:
        refused = await write(await opened(page), 1)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3"


def test_full_buckets_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.webchat.limits._SWEEP_FROM", 10)
    clock = MovableClock()
    buckets = Buckets(Rate(burst=1, per_second=1), clock)
    for number in range(100):
        buckets.take(str(number))
        clock.pass_by(seconds=1)
    assert len(buckets) <= 11


def test_a_clock_set_back_takes_no_tokens_away() -> None:
    clock = MovableClock()
    buckets = Buckets(SCARCE, clock)
    buckets.take("a")
    clock.now -= timedelta(hours=1)
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "20010db800010002::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("unix", "unix"),
    ],
)
def test_requests_count_against_the_address_they_come_from(client: str, address: str) -> None:
    headers = [(b"x-forwarded-for", b"203.0.113.9")]
    request = Request({"type": "http", "client": (client, 1), "headers": headers})
    assert address_of(request) == address


async def test_a_minutes_messages_may_come_all_at_once(
    clock: MovableClock, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.webchat.SqlSessions", lambda _: InMemorySessions())
    config = Settings(
        env=Environment(secret_key=SecretStr("x")),
        bot=BotConfig(limits=Numbers(account_per_minute=5)),
    )
    webchat = connect(Supplies(config, None, clock))
    assert webchat is not None
    async with browser(Starlette(routes=webchat.routes(counter))) as page:
        await opened(page)
        assert [(await write(page, n)).status_code for n in range(6)] == [202] * 5 + [429]
        clock.pass_by(seconds=12)
        assert (await write(page, 6)).status_code == 202


@pytest.mark.parametrize("origin", [None, "https://shop.example", "http://chat.example"])
async def test_listed_pages_our_own_and_programs_are_let_in(
    page: httpx.AsyncClient, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = await page.post("/webchat/sessions", headers=headers)
    assert answer.status_code == 201
    assert answer.headers.get("access-control-allow-origin") == origin


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://shop.example", "https://shop.example:8443"],
)
async def test_other_pages_are_refused(page: httpx.AsyncClient, origin: str) -> None:
    refused = await page.post("/webchat/sessions", headers={"Origin": origin})
    assert refused.status_code == 403
    assert of_type(refused, "origin-not-allowed")
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("origin", ["https://shop.example", "http://chat.example"])
@pytest.mark.parametrize("path", ["sessions", "messages", "events", "identify", "logout"])
async def test_browsers_may_ask_before_they_call(
    page: httpx.AsyncClient, origin: str, path: str
) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, last-event-id",
    }
    answer = await page.options(f"/webchat/{path}", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert "POST" in answer.headers["access-control-allow-methods"]


async def test_errors_can_be_read_by_the_page_that_asked(page: httpx.AsyncClient) -> None:
    refused = await page.get("/webchat/messages", headers={"Origin": "https://shop.example"})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://shop.example"


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/chat", "ftp://x"])
def test_what_is_no_origin_stops_the_start(origin: str) -> None:
    with pytest.raises(Misconfigured):
        WebChat(InMemorySessions(), now=lambda: datetime.now(UTC), origins=[origin])
