"""Writing and reading in the web chat."""

import asyncio
import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channel.memory import InMemoryCounter
from bot.messages import Account
from bot.messages.inbound import Location, Tap, Text
from bot.messages.outbound import Card, Cards, Choice, Picture, Place
from bot.messages.outbound import Text as Words
from connectors.webchat.conftest import MovableClock, browser, of_type


async def write(visitor: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await visitor.post("/webchat/messages", json={"client_id": "m1"} | body)


async def test_a_new_visitor_gets_a_token_and_an_empty_timeline(page: httpx.AsyncClient) -> None:
    opened = await page.post("/webchat/sessions", json={"locale": "ja"})
    assert opened.status_code == 201
    assert set(opened.json()) == {"token", "cursor"}
    assert len(opened.json()["token"]) >= 43
    page.headers["Authorization"] = f"Bearer {opened.json()['token']}"
    timeline = await page.get("/webchat/messages", params={"after": opened.json()["cursor"]})
    assert timeline.json() == {"items": [], "cursor": opened.json()["cursor"]}


async def test_a_session_needs_no_body(page: httpx.AsyncClient) -> None:
    assert (await page.post("/webchat/sessions")).status_code == 201


async def test_what_the_customer_writes_reaches_the_counter_and_the_timeline(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, clock: MovableClock
) -> None:
    assert (await write(visitor, text="在庫ありますか")).status_code == 202
    [message] = counter.accepted
    assert isinstance(message, Text)
    assert (message.text, message.at) == ("在庫ありますか", clock.now)
    [item] = (await visitor.get("/webchat/messages")).json()["items"]
    assert (item["author"], item["text"]) == ("customer", "在庫ありますか")
    assert item["at"].endswith("Z")


async def test_a_tap_comes_through_verbatim(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, tap=" c1|f2|はい ")
    [message] = counter.accepted
    assert isinstance(message, Tap)
    assert message.payload == " c1|f2|はい "


async def test_a_shared_place_comes_through_in_degrees(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, location={"lat": 34.7, "lng": 135})
    [message] = counter.accepted
    assert isinstance(message, Location)
    assert (message.lat, message.lng) == (34.7, 135)
    [item] = (await visitor.get("/webchat/messages")).json()["items"]
    assert item["place"] == {"name": "", "address": "", "lat": 34.7, "lng": 135}


async def test_a_message_sent_again_is_ignored(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    assert (await write(visitor, text="points?")).status_code == 202
    assert (await write(visitor, text="points?")).status_code == 202
    assert len(counter.accepted) == 1


async def test_two_visitors_may_use_the_same_client_id(
    app: Starlette, counter: InMemoryCounter
) -> None:
    for _ in range(2):
        async with browser(app) as page:
            token = (await page.post("/webchat/sessions")).json()["token"]
            page.headers["Authorization"] = f"Bearer {token}"
            await write(page, text="hello")
    first, second = counter.accepted
    assert first.id != second.id
    assert first.account != second.account


async def test_the_language_of_the_page_goes_with_every_message(
    page: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    token = (await page.post("/webchat/sessions", json={"locale": "en-US"})).json()["token"]
    page.headers["Authorization"] = f"Bearer {token}"
    await write(page, text="hi")
    assert counter.accepted[0].locale == "en-US"


async def test_answers_are_shown_as_they_were_meant(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi")
    yes = Choice("はい", "t1")
    counter.say(
        counter.accepted[0].account,
        Words("お取り置きしますか", (yes, Choice("いいえ", "t2"))),
        Cards((Card("スニーカー", "26cm", None, (yes,)), Card("サンダル"))),
        Picture("https://shop.example/p.png", "会員証"),
        Place("梅田店", "大阪市北区1-1", 34.7, 135.5),
    )
    counter.say(counter.accepted[0].account, Words("代わりました"), author="agent", name="佐藤")
    items = (await visitor.get("/webchat/messages")).json()["items"][1:]
    contents = [{k: v for k, v in item.items() if k not in ("cursor", "at")} for item in items]
    tap = {"label": "はい", "tap": "t1"}
    assert contents == [
        {
            "author": "bot",
            "text": "お取り置きしますか",
            "choices": [tap, {"label": "いいえ", "tap": "t2"}],
        },
        {
            "author": "bot",
            "cards": [
                {"title": "スニーカー", "text": "26cm", "choices": [tap]},
                {"title": "サンダル"},
            ],
        },
        {"author": "bot", "picture": {"url": "https://shop.example/p.png", "alt": "会員証"}},
        {
            "author": "bot",
            "place": {"name": "梅田店", "address": "大阪市北区1-1", "lat": 34.7, "lng": 135.5},
        },
        {"author": "agent", "name": "佐藤", "text": "代わりました"},
    ]


async def test_a_page_reads_on_where_it_stopped(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi")
    first = (await visitor.get("/webchat/messages")).json()
    counter.say(counter.accepted[0].account, Words("a"), Words("b"))
    second = (await visitor.get("/webchat/messages", params={"after": first["cursor"]})).json()
    assert [item["text"] for item in second["items"]] == ["a", "b"]
    assert second["items"][-1]["cursor"] == second["cursor"]


async def test_a_page_shows_the_latest_first_and_reads_back(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi")
    counter.say(counter.accepted[0].account, *(Words(str(n)) for n in range(60)))
    latest = (await visitor.get("/webchat/messages", params={"before": ""})).json()
    assert [item["text"] for item in latest["items"]] == [str(n) for n in range(60)]
    assert latest["cursor"] == latest["items"][-1]["cursor"]
    first = latest["items"][0]["cursor"]
    earlier = (await visitor.get("/webchat/messages", params={"before": first})).json()
    assert [item["text"] for item in earlier["items"]] == ["hi"]


async def test_own_messages_bear_the_browsers_own_name_for_them(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi", client_id="0a1b")
    counter.say(counter.accepted[0].account, Words("hello"))
    items = (await visitor.get("/webchat/messages")).json()["items"]
    assert [item.get("client_id") for item in items] == ["0a1b", None]


async def test_a_waiting_page_gets_the_answer_when_it_comes(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi")
    after = (await visitor.get("/webchat/messages")).json()["cursor"]
    poll = asyncio.create_task(
        visitor.get("/webchat/messages", params={"after": after, "wait": "25"})
    )
    await counter.waited()
    counter.say(counter.accepted[0].account, Words("here it is"))
    assert [item["text"] for item in (await poll).json()["items"]] == ["here it is"]


async def test_an_answer_of_another_process_is_found_without_being_woken(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(visitor, text="hi")
    after = (await visitor.get("/webchat/messages")).json()["cursor"]

    async def unheard(account: Account, after: int, seconds: float) -> None:
        assert seconds <= 2
        counter.say(account, Words("here it is"))

    monkeypatch.setattr(counter, "wait", unheard)
    answer = await visitor.get("/webchat/messages", params={"after": after, "wait": "25"})
    assert [item["text"] for item in answer.json()["items"]] == ["here it is"]


async def test_a_page_that_waited_in_vain_keeps_its_place(visitor: httpx.AsyncClient) -> None:
    await write(visitor, text="hi")
    after = (await visitor.get("/webchat/messages")).json()["cursor"]
    again = await visitor.get("/webchat/messages", params={"after": after, "wait": "0.01"})
    assert again.json() == {"items": [], "cursor": after}


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"before": "x"},
        {"after": "99999999999-00000000"},
        {"wait": "nan"},
        {"wait": "-1"},
    ],
)
async def test_a_parameter_that_makes_no_sense_is_refused(
    visitor: httpx.AsyncClient, query: dict[str, str]
) -> None:
    refused = await visitor.get("/webchat/messages", params=query)
    assert refused.status_code == 400
    assert of_type(refused, "invalid-request")


@pytest.mark.parametrize(
    "text", ["", "  ", "\u200b", "\u202eabc", "🎁🎁", "a\x07b", "あ" * 10_000, "🎁" * 10_000]
)
async def test_any_text_up_to_ten_thousand_characters_is_taken_in(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, text: str
) -> None:
    assert (await write(visitor, text=text)).status_code == 202
    [message] = counter.accepted
    assert isinstance(message, Text)
    assert message.text == text


async def test_a_null_character_is_shown_as_unreadable(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="a\x00b")
    [message] = counter.accepted
    assert isinstance(message, Text)
    assert message.text == "a\ufffdb"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "a" * 10_001}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": "a", "tap": "b"}, ""),
        ({}, ""),
        ({"text": "a", "client_id": ""}, "/client_id"),
        ({"text": "a", "client_id": "x" * 129}, "/client_id"),
        ({"location": {"lat": 91, "lng": 0}}, "/location/lat"),
        ({"location": {"lat": 1}}, "/location/lng"),
        ({"text": "a", "colour": "red"}, "/colour"),
    ],
)
async def test_a_message_of_another_shape_is_refused_by_the_field(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, body: dict[str, object], pointer: str
) -> None:
    refused = await write(visitor, **body)
    assert refused.status_code == 400
    assert of_type(refused, "invalid-request")
    assert [field["pointer"] for field in refused.json()["fields"]] == [pointer]
    assert counter.accepted == []


async def test_a_body_over_one_mebibyte_is_too_large(visitor: httpx.AsyncClient) -> None:
    refused = await visitor.post("/webchat/messages", content=b" " * (1024 * 1024 + 1))
    assert refused.status_code == 413
    assert of_type(refused, "too-large")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
KEYS = st.sampled_from(["client_id", "text", "tap", "location", "locale", "identity"])
BODIES = st.binary(max_size=200) | st.dictionaries(KEYS, VALUES).map(
    lambda value: json.dumps(value).encode()
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(
    body=BODIES,
    path=st.sampled_from(["sessions", "messages", "identify"]),
)
async def test_no_body_brings_the_chat_down(
    visitor: httpx.AsyncClient, body: bytes, path: str
) -> None:
    answer = await visitor.post(f"/webchat/{path}", content=body)
    assert answer.status_code in (201, 202, 400, 401)


@pytest.mark.parametrize(
    "body",
    [
        b'{"client_id": "a", "text": "\\ud800"}',
        b'{"client_id": "a", "text": "\xff"}',
        b'{"client_id": "a", "location": {"lat": NaN, "lng": 1}}',
        b'{"client_id": "a", "location": {"lat": 1e999, "lng": 1}}',
        b"[" * 100_000,
        b"null",
        b'"text"',
        b"",
    ],
)
async def test_broken_json_is_refused(visitor: httpx.AsyncClient, body: bytes) -> None:
    refused = await visitor.post("/webchat/messages", content=body)
    assert refused.status_code == 400
    assert of_type(refused, "invalid-request")


async def test_what_is_not_there_is_a_problem_too(visitor: httpx.AsyncClient) -> None:
    assert of_type(await visitor.get("/webchat/nothing"), "not-found")
    assert of_type(await visitor.get("/webchat/sessions"), "method-not-allowed")


async def test_accounts_belong_to_the_web_chat(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor, text="hi")
    account = counter.accepted[0].account
    assert account == Account("webchat", account.user)
    assert len(account.user) == 32
