"""A visitor goes on in LINE or Telegram, or comes from there with a link."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import ValidationError

from bot.channel.memory import InMemoryCounter
from bot.config import WebChatConfig
from bot.messages.inbound import Joined
from connectors.webchat import InMemorySessions, WebChat
from connectors.webchat.conftest import MovableClock


async def test_a_visitor_gets_a_code_a_link_and_a_picture_of_it(visitor: httpx.AsyncClient) -> None:
    invited = await visitor.post("/webchat/elsewhere", json={"channel": "line"})
    assert invited.status_code == 201
    told = invited.json()
    assert re.fullmatch(r"[0-9]{8}", told["code"])
    assert told["url"] == f"https://line.example/{told['code']}"
    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", told["qr"]["path"])
    assert told["expires_at"].endswith("Z")
    assert invited.headers["cache-control"] == "no-store"


async def test_nobody_goes_on_where_nothing_is(visitor: httpx.AsyncClient) -> None:
    for channel in ("webchat", "fax"):
        refused = await visitor.post("/webchat/elsewhere", json={"channel": channel})
        assert refused.status_code == 404
    del visitor.headers["Authorization"]
    assert (await visitor.post("/webchat/elsewhere", json={"channel": "line"})).status_code == 401


async def test_codes_are_not_made_without_end(visitor: httpx.AsyncClient) -> None:
    made = [await visitor.post("/webchat/elsewhere", json={"channel": "line"}) for _ in range(6)]
    assert [answer.status_code for answer in made] == [201] * 5 + [429]
    assert int(made[-1].headers["retry-after"]) > 0


async def test_a_link_brings_its_code_to_the_counter(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    message = {"client_id": "1", "link": "12345678"}
    assert (await visitor.post("/webchat/messages", json=message)).status_code == 202
    (came,) = counter.accepted
    assert isinstance(came, Joined)
    assert came.start == "12345678"
    for link in ("1234567", "12345678; drop", "１２３４５６７８"):
        body = {"client_id": "2", "link": link}
        refused = await visitor.post("/webchat/messages", json=body)
        assert refused.status_code == 400, link


async def test_a_link_to_the_shops_page_keeps_its_code_from_every_server(
    clock: MovableClock,
) -> None:
    chat = WebChat(InMemorySessions(), now=clock, page="https://www.shop.example/help?from=line")
    link = urlsplit(await chat.invitation("12345678") or "")
    assert link.geturl().startswith("https://www.shop.example/help?from=line#")
    assert link.fragment == "madoguchi=12345678"


async def test_without_a_page_of_the_shop_there_is_no_link(clock: MovableClock) -> None:
    assert await WebChat(InMemorySessions(), now=clock).invitation("12345678") is None


@pytest.mark.parametrize("page", ["www.shop.example", "ftp://shop.example/", "https://s.ex/#top"])
def test_what_is_no_address_of_a_page_is_refused(page: str) -> None:
    with pytest.raises(ValidationError):
        WebChatConfig(page=page)
