"""Staff log in at the desk and out again; nobody else gets in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from argon2 import PasswordHasher
from desk_office import EMAIL, PASSWORD, QUICK, ROLES, Office, opened

from bot.desk.passwords import Passwords
from bot.desk.roster import NewAgent
from bot.http.desk.guard import COOKIE


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(QUICK)


@pytest.fixture
async def office(passwords: Passwords) -> Office:
    office = opened(passwords)
    await office.roster.add(NewAgent(EMAIL, "佐藤", "agent", None, ("ja", "en")), PASSWORD)
    return office


@pytest.fixture
async def page(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with office.browser() as page:
        yield page


async def try_(page: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await page.post("/desk/api/login", json={"email": email, "password": password})


async def log_in(page: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD) -> str:
    answer = await try_(page, email, password)
    assert answer.status_code == 200
    csrf: str = answer.json()["csrf"]
    page.headers["X-CSRF-Token"] = csrf
    return csrf


async def test_an_agent_logs_in_and_is_known(office: Office, page: httpx.AsyncClient) -> None:
    csrf = await log_in(page, "  Sato@Shop.example ")
    agent, _ = await office.storage.agents.by_email(EMAIL) or (None, None)
    assert agent is not None
    assert (await page.get("/desk/api/me")).json() == {
        "id": agent.id,
        "name": "佐藤",
        "email": EMAIL,
        "role": "agent",
        "store_id": None,
        "languages": ["ja", "en"],
        "topics": [],
        "status": "online",
        "csrf": csrf,
    }


async def test_the_cookie_is_for_the_desk_alone(page: httpx.AsyncClient) -> None:
    answer = await try_(page, EMAIL, PASSWORD)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert len(name) > 40
    assert {a.lower() for a in attributes} == {
        "httponly",
        "path=/desk",
        "samesite=strict",
        "secure",
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_on_this_machine_the_cookie_goes_without_https(passwords: Passwords) -> None:
    office = opened(passwords, None)
    await office.roster.add(NewAgent(EMAIL, "佐藤", "agent"), PASSWORD)
    async with office.browser() as page:
        assert "secure" not in (await try_(page, EMAIL, PASSWORD)).headers["set-cookie"].lower()


async def test_a_status_lasts(office: Office, page: httpx.AsyncClient) -> None:
    await log_in(page)
    for status in ("away", "online"):
        assert (await page.put("/desk/api/me/status", json={"status": status})).status_code == 200
        assert (await page.get("/desk/api/me")).json()["status"] == status
    refused = await page.put("/desk/api/me/status", json={"status": "on holiday"})
    assert refused.status_code == 400


async def test_after_logging_out_a_stolen_session_is_worth_nothing(
    office: Office, page: httpx.AsyncClient
) -> None:
    csrf = await log_in(page)
    async with office.browser(**{"X-CSRF-Token": csrf}) as thief:
        thief.cookies.set(COOKIE, page.cookies[COOKIE], domain="desk.example", path="/desk")
        assert (await thief.get("/desk/api/me")).status_code == 200
        answer = await page.post("/desk/api/logout")
        assert answer.status_code == 204
        assert COOKIE not in page.cookies
        for refused in (await thief.get("/desk/api/me"), await thief.post("/desk/api/logout")):
            assert refused.status_code == 401
            assert refused.json()["type"] == "urn:problem:unauthenticated"


async def test_a_session_somebody_planted_is_not_taken_over(
    office: Office, page: httpx.AsyncClient
) -> None:
    page.cookies.set(COOKIE, "planted", domain="desk.example", path="/desk")
    await log_in(page)
    async with office.browser(cookie=f"{COOKIE}=planted") as thief:
        assert (await thief.get("/desk/api/me")).status_code == 401


async def test_who_logs_in_again_has_one_session(office: Office, page: httpx.AsyncClient) -> None:
    await log_in(page)
    first = page.cookies[COOKIE]
    await log_in(page)
    assert page.cookies[COOKIE] != first
    async with office.browser(cookie=f"{COOKIE}={first}") as old:
        assert (await old.get("/desk/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong horse battery"),
        (EMAIL, ""),
        (EMAIL, PASSWORD + "x" * 900),
        ("nobody@shop.example", PASSWORD),
        ("", PASSWORD),
    ],
)
async def test_nothing_tells_a_wrong_password_from_an_unknown_email(
    page: httpx.AsyncClient, email: str, password: str
) -> None:
    answer = await try_(page, email, password)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert answer.json() == {
        "type": "urn:problem:unauthenticated",
        "title": "Unauthenticated",
        "status": 401,
        "detail": "not this e-mail with this password",
    }


async def test_a_password_may_be_typed_on_another_keyboard(office: Office) -> None:
    await office.roster.add(NewAgent("ito@shop.example", "伊藤", "agent"), "ﾊﾟｽﾜｰﾄﾞ１２３４５６７")
    async with office.browser() as page:
        await log_in(page, "ito@shop.example", "パスワード1234567")


async def test_old_hashes_get_stronger_when_their_owners_come(
    office: Office, page: httpx.AsyncClient
) -> None:
    agent, now = await office.storage.agents.by_email(EMAIL) or (None, None)
    assert agent is not None
    assert now is not None
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16).hash(PASSWORD)
    await office.storage.agents.rehash(agent.id, now, weak)
    await log_in(page)
    _, renewed = await office.storage.agents.by_email(EMAIL) or (None, None)
    assert renewed not in (None, weak)
    assert (await page.get("/desk/api/me")).status_code == 200
    await log_in(page)


@pytest.mark.parametrize("email", [EMAIL, "nobody@shop.example"])
async def test_too_many_wrong_passwords_mean_waiting(
    office: Office, page: httpx.AsyncClient, email: str
) -> None:
    for _ in range(5):
        assert (await try_(page, email, "wrong horse battery")).status_code == 401
    refused = await try_(page, email, PASSWORD)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    assert refused.json()["type"] == "urn:problem:rate-limited"
    assert set(refused.json()) == {"type", "title", "status"}
    async with office.browser("203.0.113.9") as elsewhere:
        assert (await try_(elsewhere, email, PASSWORD)).status_code == 429
    office.clock.passes(seconds=15)
    expected = 200 if email == EMAIL else 401
    assert (await try_(page, email, PASSWORD)).status_code == expected


async def test_whoever_tries_many_emails_waits_too(office: Office) -> None:
    for number in range(20):
        async with office.browser(f"2001:db8::{number:x}") as page:
            answer = await try_(page, f"guess{number}@shop.example", "wrong horse battery")
            assert answer.status_code == 401
    async with office.browser("2001:db8::ffff") as page:
        assert (await try_(page, EMAIL, PASSWORD)).status_code == 429
    async with office.browser("2001:db8:0:1::1") as page:
        assert (await try_(page, EMAIL, PASSWORD)).status_code == 200


async def test_guesses_at_the_same_moment_are_counted(page: httpx.AsyncClient) -> None:
    tries = (try_(page, EMAIL, f"wrong horse battery {n}") for n in range(12))
    statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert sorted(statuses) == [401] * 5 + [429] * 7


@pytest.mark.parametrize(
    "body",
    [
        {"email": EMAIL},
        {"email": EMAIL, "password": 5},
        {"email": EMAIL, "password": "x" * 1001},
        {"email": "x" * 255, "password": PASSWORD},
        {"email": "a\x00@shop.example", "password": PASSWORD},
        {"email": EMAIL, "password": PASSWORD, "role": "admin"},
        [],
    ],
)
async def test_what_is_no_log_in_is_refused(page: httpx.AsyncClient, body: object) -> None:
    answer = await page.post("/desk/api/login", json=body)
    assert answer.status_code == 400
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "me"), ("POST", "logout"), ("PUT", "me/status")]
)
async def test_nobody_gets_in_without_a_session(
    page: httpx.AsyncClient, method: str, path: str
) -> None:
    for cookie in ("", "nonsense", "x" * 5000):
        page.cookies.clear()
        page.cookies.set(COOKIE, cookie)
        answer = await page.request(method, f"/desk/api/{path}")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("csrf", [None, "", "wrong", "ｗｒｏｎｇ", "of somebody else"])
async def test_what_changes_something_needs_the_csrf_token(
    office: Office, page: httpx.AsyncClient, csrf: str | None
) -> None:
    await log_in(page)
    del page.headers["X-CSRF-Token"]
    if csrf == "of somebody else":
        await office.roster.add(NewAgent("ito@shop.example", "伊藤", "agent"), PASSWORD)
        async with office.browser() as other:
            csrf = await log_in(other, "ito@shop.example")
    headers = {} if csrf is None else {"X-CSRF-Token": csrf.encode()}
    answer = await page.post("/desk/api/logout", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:problem:forbidden"
    assert (await page.get("/desk/api/me")).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://desk.example", 200),
        ("https://evil.example", 403),
        ("https://desk.example.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
async def test_pages_of_others_cannot_act(
    page: httpx.AsyncClient, origin: str, status: int
) -> None:
    await log_in(page)
    headers = {"Origin": origin}
    answer = await page.put("/desk/api/me/status", json={"status": "away"}, headers=headers)
    assert answer.status_code == status
    body = {"email": EMAIL, "password": PASSWORD}
    assert (await page.post("/desk/api/login", json=body, headers=headers)).status_code == status


async def test_the_desk_may_be_reached_under_the_operators_own_name(passwords: Passwords) -> None:
    office = opened(passwords, "https://counter.shop.example")
    await office.roster.add(NewAgent(EMAIL, "佐藤", "agent"), PASSWORD)
    async with office.browser() as page:
        for origin in ("https://counter.shop.example", "https://desk.example"):
            page.headers["Origin"] = origin
            assert (await try_(page, EMAIL, PASSWORD)).status_code == 200


async def test_each_role_gets_what_is_its_own(office: Office) -> None:
    allowed = {
        "agent": {"any", "agent"},
        "supervisor": {"any", "agent", "supervisor"},
        "admin": {"any", "agent", "supervisor", "admin"},
        "store": {"any", "store"},
    }
    for role in ROLES:
        email = f"{role}@shop.example"
        await office.roster.add(NewAgent(email, role, role, "umeda"), PASSWORD)
        async with office.browser() as page:
            await log_in(page, email)
            for path in ("any", *ROLES):
                expected = 200 if path in allowed[role] else 403
                for method in ("GET", "POST"):
                    answer = await page.request(method, f"/desk/api/test/{path}")
                    assert answer.status_code == expected, (role, path, method)


async def test_who_is_disabled_is_out_in_the_middle_of_work(
    office: Office, page: httpx.AsyncClient
) -> None:
    await log_in(page)
    await office.roster.disable(EMAIL)
    assert (await page.get("/desk/api/me")).status_code == 401
    assert (await try_(page, EMAIL, PASSWORD)).status_code == 401
    await office.roster.enable(EMAIL)
    await log_in(page)


async def test_a_new_password_ends_what_the_old_one_began(
    office: Office, page: httpx.AsyncClient
) -> None:
    await log_in(page)
    await office.roster.set_password(EMAIL, "another horse battery")
    assert (await page.get("/desk/api/me")).status_code == 401
    assert (await try_(page, EMAIL, PASSWORD)).status_code == 401
    await log_in(page, EMAIL, "another horse battery")


async def test_a_session_ends_overnight(office: Office, page: httpx.AsyncClient) -> None:
    await log_in(page)
    office.clock.passes(hours=8)
    assert (await page.get("/desk/api/me")).status_code == 401


async def test_who_works_is_there_and_who_left_is_not(
    office: Office, page: httpx.AsyncClient
) -> None:
    await log_in(page)
    office.clock.passes(minutes=30)
    assert await office.storage.agents.present() == []
    await page.get("/desk/api/me")
    assert [agent.email for agent in await office.storage.agents.present()] == [EMAIL]
    await page.post("/desk/api/logout")
    assert await office.storage.agents.present() == []


async def test_everything_is_in_the_audit_log(office: Office, page: httpx.AsyncClient) -> None:
    await try_(page, EMAIL, "wrong horse battery")
    await try_(page, "nobody@shop.example", PASSWORD)
    await log_in(page)
    await page.put("/desk/api/me/status", json={"status": "away"})
    await page.post("/desk/api/logout")
    await office.roster.set_password(EMAIL, "another horse battery")
    await office.roster.disable(EMAIL)
    await office.roster.enable(EMAIL)
    assert await office.actions() == [
        ("agent_added", None),
        ("login_refused", "佐藤"),
        ("login", "佐藤"),
        ("away", "佐藤"),
        ("logout", "佐藤"),
        ("password_changed", None),
        ("agent_disabled", None),
        ("agent_enabled", None),
    ]
    entries = await office.storage.desk_audit.entries(before=None, limit=100)
    assert EMAIL not in str(entries)
    assert "horse" not in str(entries)
