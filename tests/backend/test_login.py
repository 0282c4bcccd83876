"""A member logs in on the retailer's page, so that LINE knows them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from tests.backend.conftest import client_of
from tests.backend.customer_data import open_shop, sent_codes

_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
_WAY = re.compile(r'name="way" value="(\w+)"')


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    await open_shop(app)
    async with client_of(app) as client:
        yield client


def fields(page: httpx.Response) -> dict[str, str]:
    return dict(_FIELD.findall(page.text))


async def code_asked_for(browser: httpx.AsyncClient, who: str) -> httpx.Response:
    page = await browser.get("/login", params={"linkToken": "token-of-line"})
    page = await browser.post("/login/contact", data={**fields(page), "who": who})
    way = _WAY.findall(page.text)[0]
    return await browser.post("/login/code", data={**fields(page), "way": way})


async def test_the_right_code_leads_on_to_line_with_a_nonce(
    browser: httpx.AsyncClient, service: httpx.AsyncClient, tmp_path: Path
) -> None:
    page = await code_asked_for(browser, "10010001")
    code = sent_codes(tmp_path / "codes.jsonl")[-1]["code"]
    done = await browser.post("/login/verify", data={**fields(page), "code": code})
    assert done.status_code == 303
    there = urlsplit(done.headers["location"])
    assert (there.netloc, there.path) == ("access.line.me", "/dialog/bot/accountLink")
    told = parse_qs(there.query)
    assert told["linkToken"] == ["token-of-line"]
    session = {"nonce": told["nonce"][0], "channel_user_ref": "line-user", "aal": 2}
    opened = await service.post("/v1/identity/sessions", json=session)
    assert opened.json()["customer_id"] == "m1"
    assert (await service.post("/v1/identity/sessions", json=session)).status_code == 404


async def test_a_wrong_code_may_be_corrected(browser: httpx.AsyncClient) -> None:
    page = await code_asked_for(browser, "10010001")
    again = await browser.post("/login/verify", data={**fields(page), "code": "000000"})
    assert again.status_code == 200
    assert 'role="alert"' in again.text
    assert fields(again) == fields(page)


async def test_nobody_learns_who_is_a_member(browser: httpx.AsyncClient) -> None:
    page = await code_asked_for(browser, "99999999")
    refused = await browser.post("/login/verify", data={**fields(page), "code": "123456"})
    assert refused.status_code == 200
    assert "確認コードが違っております" in refused.text


async def test_without_line_there_is_nothing_to_log_in_for(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/login")).status_code == 400
    hostile = await browser.get("/login", params={"linkToken": '"><script>alert(1)</script>'})
    assert "<script" not in hostile.text
    policy = hostile.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://access.line.me" in policy


async def test_absurd_forms_are_turned_away(browser: httpx.AsyncClient) -> None:
    for path in ("/login/contact", "/login/code", "/login/verify"):
        for body in (b"", b"\xff\xfe", b"who=" + b"x" * 10_000, b"&" * 3000):
            answer = await browser.post(path, content=body)
            assert answer.status_code == 200, (path, body[:10])
            assert 'role="alert"' in answer.text
