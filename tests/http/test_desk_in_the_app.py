"""Staff at the desk of the real app, and customers who write on the web."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.nlu import Linear
from tests.support.browser import Browser
from tests.support.desk_shop import PERSON, Shop, desk_with_staff, until
from tests.support.served import PATIENCE_SECONDS
from tests.support.small_shop import ASK
from tests.support.staff import Staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Shop]:
    """One app for all these tests: customers do not meet."""
    async with desk_with_staff(tmp_path_factory.mktemp("desk"), engine) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="module")
async def sato(shop: Shop) -> Staff:
    return await shop.staff("sato@shop.example")


@pytest_asyncio.fixture(loop_scope="module")
async def suzuki(shop: Shop) -> Staff:
    return await shop.staff("suzuki@shop.example")


async def read(customer: Browser) -> list[dict[str, Any]]:
    """Everything the customer has on their screen."""
    await customer.read()
    return customer.items


async def test_who_asks_for_a_person_gets_one_and_the_bot_is_silent(
    shop: Shop, sato: Staff
) -> None:
    customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    await customer.reads("佐藤")
    await customer.post(text=ASK)
    await until(lambda: _said(sato, talk, ASK))
    await sato.does("reply", talk, text="確認いたします")
    await customer.reads("確認いたします")
    items = await read(customer)
    after = items[[item.get("text") for item in items].index(ASK) + 1 :]
    assert [item["author"] for item in after] == ["agent"]
    assert after[0]["name"] == "佐藤"


async def _said(staff: Staff, talk: str, words: str) -> bool:
    return words in [text for _author, text in await staff.said(talk)]


async def test_a_talk_is_taken_once(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    both = await asyncio.gather(
        sato.post(f"conversations/{talk}/take"), suzuki.post(f"conversations/{talk}/take")
    )
    assert sorted(answer.status_code for answer in both) == [200, 409]
    winner, loser = (sato, suzuki) if both[0].status_code == 200 else (suzuki, sato)
    refused = await loser.post(f"conversations/{talk}/reply", {"text": "私が"})
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await winner.sees(talk))["agent"]["id"] == winner.id


async def test_the_same_answer_sent_twice_goes_out_once(shop: Shop, sato: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    for _ in range(2):
        await sato.does("reply", talk, text="一度だけ", client_id="r-1")
    await customer.reads("一度だけ")
    assert [item.get("text") for item in await read(customer)].count("一度だけ") == 1


async def test_a_note_is_for_colleagues_only(shop: Shop, sato: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    await sato.does("note", talk, text="常連のお客様")
    assert ("note", "常連のお客様") in await sato.said(talk)
    assert "常連" not in str(await read(customer))


async def test_handed_back_the_bot_goes_on_with_the_open_question(shop: Shop, sato: Staff) -> None:
    customer = await shop.customer()
    await customer.ask("ソラの在庫はありますか")
    asked = (await read(customer))[-1]["text"]
    await customer.ask(PERSON)
    row = await sato.waits_for("asked_for", shop.seen)
    talk = row["conversation_id"]
    shop.seen.add(talk)
    await sato.does("take", talk)
    await sato.does("hand_back", talk, note="在庫の件だけでした")
    await until(lambda: _last_is(customer, asked))
    assert (await sato.sees(talk))["state"] == "bot"
    assert ("note", "在庫の件だけでした") in await sato.said(talk)


async def _last_is(customer: Browser, words: str) -> bool:
    return words in (await read(customer))[-1].get("text", "")


async def test_resolved_the_customer_is_asked_how_it_was(shop: Shop, sato: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    await sato.does("resolve", talk, reason="answered")
    assert (await sato.sees(talk))["state"] == "closed"
    stars = await until(lambda: _choices(customer, 5))
    assert len(stars) == 5
    await customer.tap(4)
    await until(lambda: _thanked(customer))
    # Whoever writes again is with the bot.
    await customer.ask(ASK)
    assert (await sato.sees(talk))["state"] == "bot"


async def _choices(customer: Browser, count: int) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = (await read(customer))[-1].get("choices", [])
    return choices if len(choices) == count else []


async def _thanked(customer: Browser) -> bool:
    return "ありがとうございま" in (await read(customer))[-1].get("text", "")


async def test_passed_on_to_a_topic_it_waits_first_in_the_queue(shop: Shop, sato: Staff) -> None:
    _other, _talk = await shop.somebody(sato)
    customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    await sato.does("transfer", talk, topic="returns")
    row = next(row for row in await sato.queue() if row["conversation_id"] == talk)
    assert (row["state"], row["topic"], row["priority"], row["agent"]) == (
        "waiting",
        "returns",
        True,
        None,
    )
    assert row["position"] == 1
    assert "引き継" in (await read(customer))[-1]["text"]
    unknown = await sato.post(f"conversations/{talk}/transfer", {"agent_id": "nobody"})
    assert unknown.status_code == 400


async def test_next_gives_whoever_waits_longest(shop: Shop, sato: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    first = min(
        (row for row in await sato.queue() if row["position"]), key=lambda row: row["position"]
    )
    answer = await sato.post("queue/next")
    chosen = answer.json()["conversation_id"]
    if chosen is not None:  # hands are free
        assert chosen == first["conversation_id"]
        assert (await sato.sees(chosen))["agent"]["id"] == sato.id
    assert talk


async def test_a_store_sees_only_what_it_was_asked_about(shop: Shop, sato: Staff) -> None:
    shibuya = await shop.staff("shibuya@shop.example")
    _customer, talk = await shop.somebody(sato)
    assert (await shibuya.post(f"conversations/{talk}/take")).status_code == 403
    gone = await shibuya.browser.get(f"/desk/api/conversations/{talk}")
    assert gone.status_code == 404
    await sato.does("take", talk)
    await sato.does("turn", talk, turn="store", store_id="S1")
    assert [row["conversation_id"] for row in await shibuya.queue()] == [talk]
    await shibuya.does("note", talk, text="取り置きしました")
    assert (await sato.sees(talk))["turn"] == "us"
    assert ("note", "取り置きしました") in await sato.said(talk)
    assert await shibuya.queue() == []


async def test_nothing_is_missed_while_the_browser_was_gone(shop: Shop, sato: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    async with sato.watching() as signals:
        await sato.does("take", talk)
        taken = await signals.next("queue", talk)
        assert taken["item"]["state"] == "with_person"
        left_at = signals.last_id
    await customer.post(text="まだいますか")
    await sato.does("note", talk, text="席を外していました")
    async with sato.watching(after=left_at) as signals:
        authors = {(await signals.next("message", talk))["author"] for _ in range(3)}
    assert {"customer", "note"} <= authors


async def test_a_cursor_nobody_gave_means_look_at_all_anew(shop: Shop, sato: Staff) -> None:
    stream = sato.browser.stream("GET", "/desk/api/events", headers={"Last-Event-ID": "9-9"})
    async with stream as answer, asyncio.timeout(PATIENCE_SECONDS):
        async for line in answer.aiter_lines():
            if line == "event: reset":
                break


async def test_who_types_is_seen(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    async with suzuki.watching() as signals:
        await sato.post(f"conversations/{talk}/typing")
        assert (await signals.next("typing", talk))["agent"]["name"] == "佐藤"
    assert (await suzuki.post(f"conversations/{talk}/typing")).status_code == 409


async def test_colleagues_see_who_takes_no_new_talks(
    shop: Shop, sato: Staff, suzuki: Staff
) -> None:
    async with suzuki.watching() as signals:
        for status in ("away", "online"):
            changed = await sato.browser.put("/desk/api/me/status", json={"status": status})
            assert changed.status_code == 200
            while (told := await signals.next("status"))["agent_id"] != sato.id:
                pass
            assert told["status"] == status


async def test_a_session_that_was_logged_out_sees_nothing(shop: Shop, sato: Staff) -> None:
    await sato.post("logout")
    for path in ("queue", "events", "agents", "search?q=a", "failures", "media/1"):
        answer = await sato.browser.get(f"/desk/api/{path}")
        assert answer.status_code == 401, path


async def test_what_was_said_is_found_again(shop: Shop, sato: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    await customer.post(text="紫色のマフラーについて")
    await until(lambda: _said(sato, talk, "紫色のマフラーについて"))
    found = (await sato.get("search", q="マフラー 紫色"))["items"]
    assert [one["conversation_id"] for one in found] == [talk]


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": "a\0"},
        {"text": "a" * 4001},
        {},
        {"text": 5},
        {"txt": "a"},
    ],
)
async def test_an_answer_that_is_none_is_refused(shop: Shop, sato: Staff, body: Any) -> None:
    answer = await sato.post(f"conversations/{'0' * 32}/reply", body)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["conversations/%00", "conversations/a%00b", "search?q=%00", "events?after=%00"]
)
async def test_an_address_with_a_nul_is_refused(shop: Shop, sato: Staff, path: str) -> None:
    assert (await sato.browser.get(f"/desk/api/{path}")).status_code == 400


async def test_an_unknown_conversation_is_not_found(shop: Shop, sato: Staff) -> None:
    for action, body in (("take", None), ("reply", {"text": "a"}), ("resolve", {"reason": "x"})):
        answer = await sato.post(f"conversations/{'0' * 32}/{action}", body)
        assert answer.status_code == 404
    assert (await sato.browser.get(f"/desk/api/conversations/{'0' * 32}")).status_code == 404
