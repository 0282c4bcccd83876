"""Staff log in where they log in anyway, and come to the desk from there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from desk_office import EMAIL, PASSWORD, QUICK, Office, opened
from fastapi import APIRouter

from bot.desk.log_in import LogIn
from bot.desk.passwords import Passwords
from bot.desk.roster import NewAgent
from bot.http.desk import sso as pages
from bot.http.desk.guard import COOKIE, Guard
from bot.http.desk.openid import Provider
from bot.http.desk.sso import SingleSignOn
from tests.support.openid import CALLBACK, CLIENT, SECRET, OpenIdProvider, provider

REFUSED = pages._WORDS["en"]["refused"]


@dataclass
class Way:
    """From the desk to the provider and back, as a browser goes it."""

    office: Office
    provider: OpenIdProvider
    page: httpx.AsyncClient

    async def to_the_provider(self) -> str:
        answer = await self.page.get("/desk/sso")
        assert answer.status_code == 303
        return answer.headers["location"]

    async def from_the_provider(self, there: str) -> str:
        async with httpx.AsyncClient(verify=False) as elsewhere:  # plain HTTP
            answer = await elsewhere.get(there)
        assert answer.status_code == 302
        way_back: str = answer.headers["location"]
        assert way_back.startswith(CALLBACK)
        return way_back.removeprefix("https://desk.example")

    async def whole(self) -> httpx.Response:
        return await self.page.get(await self.from_the_provider(await self.to_the_provider()))

    async def who(self) -> str | None:
        answer = await self.page.get("/desk/api/me")
        return answer.json()["name"] if answer.status_code == 200 else None

    async def is_refused(self) -> None:
        answer = await self.whole()
        assert answer.status_code == 403
        assert REFUSED in answer.text
        assert await self.who() is None


@pytest.fixture
async def role_claim() -> str | None:
    return None


@pytest.fixture
async def way(role_claim: str | None) -> AsyncIterator[Way]:
    async with provider() as made:
        known = Provider(made.address, CLIENT, SECRET, CALLBACK)

        def sso(log_in: LogIn, guard: Guard) -> APIRouter:
            return SingleSignOn(known, log_in, guard, role_claim).router()

        office = opened(Passwords(QUICK), "https://desk.example", sso)
        await office.roster.add(NewAgent(EMAIL, "佐藤", "agent"), None)
        async with office.browser(**{"Accept-Language": "en-GB,en;q=0.9"}) as page:
            yield Way(office, made, page)


async def test_an_agent_comes_back_logged_in(way: Way) -> None:
    way.provider.claims["email"] = "Sato@Shop.example"
    answer = await way.whole()
    assert answer.status_code == 200
    assert 'content="0;url=/desk"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert await way.who() == "佐藤"
    assert pages.COOKIE not in way.page.cookies
    assert ("login", "佐藤") in await way.office.actions()


async def test_cookies_of_the_way_are_safe(way: Way) -> None:
    answer = await way.page.get("/desk/sso")
    attributes = {a.lower() for a in answer.headers["set-cookie"].split("; ")[1:]}
    assert attributes == {"httponly", "max-age=600", "path=/desk/sso", "samesite=lax", "secure"}
    answer = await way.page.get(await way.from_the_provider(answer.headers["location"]))
    session = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{COOKIE}="))
    assert "samesite=strict" in session.lower()


async def test_who_has_no_password_cannot_log_in_by_one(way: Way) -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    assert (await way.page.post("/desk/api/login", json=body)).status_code == 401


async def test_who_is_no_agent_does_not_become_one(way: Way) -> None:
    way.provider.claims["email"] = "ceo@shop.example"
    await way.is_refused()
    assert len(await way.office.roster.listed()) == 1


async def test_who_is_disabled_stays_out(way: Way) -> None:
    await way.office.roster.disable(EMAIL)
    await way.is_refused()


@pytest.mark.parametrize(
    "lies",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email_verified": 1.5},
        {"email": None},
        {"email": ["sato@shop.example"]},
        {"sub": None},
        {"sub": "x" * 256},
        {"nonce": "another browser's"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["another client", "and one more"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"at_hash": "of another token"},
    ],
    ids=str,
)
async def test_an_id_token_that_does_not_fit_proves_nothing(way: Way, lies: dict[str, Any]) -> None:
    way.provider.lies = lies
    await way.is_refused()
    way.provider.lies = {}
    assert (await way.whole()).status_code == 200


@pytest.mark.parametrize("signs", ["none", "HS256", "forged"])
async def test_only_the_providers_own_key_signs(way: Way, signs: str) -> None:
    way.provider.signs = signs
    await way.is_refused()


async def test_the_provider_may_change_its_keys(way: Way) -> None:
    assert (await way.whole()).status_code == 200
    way.provider.change_keys()
    assert (await way.whole()).status_code == 200


async def test_another_browser_cannot_end_the_way(way: Way) -> None:
    way_back = await way.from_the_provider(await way.to_the_provider())
    async with way.office.browser() as victim:
        assert (await victim.get(way_back)).status_code == 400
        await victim.get("/desk/sso")
        answer = await victim.get(way_back)
        assert answer.status_code == 400
        assert (await victim.get("/desk/api/me")).status_code == 401


@pytest.mark.parametrize("state", ["", "wrong", "ｗｒｏｎｇ"])
async def test_a_wrong_state_is_refused(way: Way, state: str) -> None:
    await way.to_the_provider()
    answer = await way.page.get("/desk/sso/callback", params={"code": "x", "state": state})
    assert answer.status_code == 400


async def test_a_code_is_good_once(way: Way) -> None:
    there = await way.to_the_provider()
    way_back = await way.from_the_provider(there)
    cookie = {"cookie": f"{pages.COOKIE}={way.page.cookies[pages.COOKIE]}"}
    assert (await way.page.get(way_back)).status_code == 200
    async with way.office.browser() as replay:
        assert (await replay.get(way_back, headers=cookie)).status_code == 403


async def test_an_answer_in_the_name_of_another_provider_is_refused(way: Way) -> None:
    way_back = await way.from_the_provider(await way.to_the_provider())
    forged = urlsplit(way_back)._replace(
        query=urlsplit(way_back).query.replace("127.0.0.1", "evil.example")
    )
    assert (await way.page.get(forged.geturl())).status_code == 403


async def test_who_declines_there_is_told_kindly_here(way: Way) -> None:
    there = httpx.URL(await way.to_the_provider())
    back = {"error": "access_denied", "state": there.params["state"]}
    answer = await way.page.get("/desk/sso/callback", params=back)
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert 'href="/desk/login"' in answer.text


async def test_an_address_that_was_passed_on_does_not_bring_the_account_along(way: Way) -> None:
    assert (await way.whole()).status_code == 200
    await way.page.post("/desk/api/logout", headers={"X-CSRF-Token": "x"})
    way.page.cookies.clear()
    way.provider.claims["sub"] = "who has the address now"
    await way.is_refused()
    await way.office.roster.enable(EMAIL)
    assert (await way.whole()).status_code == 200


async def test_a_provider_that_is_down_is_said_to_be(way: Way) -> None:
    way.provider.down = True
    answer = await way.page.get("/desk/sso")
    assert answer.status_code == 503
    assert pages._WORDS["en"]["down"] in answer.text
    way.provider.down = False
    assert (await way.whole()).status_code == 200


async def test_who_fails_again_and_again_waits(way: Way) -> None:
    way.provider.lies = {"nonce": "wrong"}
    for _ in range(20):
        await way.is_refused()
    answer = await way.whole()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "15")


async def test_the_page_speaks_japanese_to_who_does_not_ask_for_english(way: Way) -> None:
    answer = await way.page.get("/desk/sso/callback", headers={"Accept-Language": "ja"})
    assert pages._WORDS["ja"]["broken"] in answer.text
    assert '<html lang="ja">' in answer.text


class TestWithRoles:
    """The provider says who may do what."""

    @pytest.fixture
    async def role_claim(self) -> str | None:
        return "desk_role"

    @pytest.mark.parametrize(
        ("said", "role"),
        [("supervisor", "supervisor"), (["staff", "agent", "admin"], "admin"), ("agent", "agent")],
    )
    async def test_a_role_is_what_the_provider_says(self, way: Way, said: Any, role: str) -> None:
        way.provider.claims["desk_role"] = said
        assert (await way.whole()).status_code == 200
        assert (await way.page.get("/desk/api/me")).json()["role"] == role
        changed = ("role_changed", "佐藤") in await way.office.actions()
        assert changed == (role != "agent")

    @pytest.mark.parametrize("said", [None, "boss", [], {"agent": True}, "store"])
    async def test_without_a_role_of_ours_nobody_gets_in(self, way: Way, said: Any) -> None:
        way.provider.claims["desk_role"] = said
        await way.is_refused()
