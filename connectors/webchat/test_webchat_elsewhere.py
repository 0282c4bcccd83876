"""A visitor goes on in LINE or Telegram, or comes from there with a link."""

import re

import httpx

from bot.channel.memory import InMemoryCounter
from bot.messages.inbound import Joined


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
