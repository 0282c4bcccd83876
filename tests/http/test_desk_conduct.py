"""Customers who do staff harm, wrong answers of the bot, and who did what: over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.nlu import Linear
from tests.support.desk_shop import Shop, desk_with_staff, until
from tests.support.small_shop import ASK
from tests.support.staff import Staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Shop]:
    """One app for all these tests: customers do not meet."""
    async with desk_with_staff(tmp_path_factory.mktemp("conduct"), engine) as shop:
        yield shop


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sato(shop: Shop) -> Staff:
    return await shop.staff("sato@shop.example")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def suzuki(shop: Shop) -> Staff:
    return await shop.staff("suzuki@shop.example")


async def row(staff: Staff, talk: str) -> dict[str, Any]:
    return next(row for row in await staff.queue() if row["conversation_id"] == talk)


async def test_a_flag_is_seen_by_all_colleagues(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    assert (await row(suzuki, talk))["flagged"] is False
    async with suzuki.watching() as signals:
        await sato.does("flag", talk, flagged=True)
        assert (await signals.next("queue", talk))["item"]["flagged"] is True
    assert (await suzuki.sees(talk))["flagged"] is True
    await suzuki.does("flag", talk, flagged=False)
    assert (await row(sato, talk))["flagged"] is False


async def test_the_warning_has_words_of_its_own(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    assert (await sato.post(f"conversations/{talk}/warn")).status_code == 409
    await sato.does("take", talk)
    assert (await suzuki.post(f"conversations/{talk}/warn")).status_code == 409
    await sato.does("warn", talk)
    await customer.reads("失礼な言葉はお控えください")
    assert customer.items[-1]["author"] == "system"


async def test_a_muted_customer_is_not_answered_but_seen(
    shop: Shop, sato: Staff, suzuki: Staff
) -> None:
    customer, talk = await shop.somebody(sato)
    assert (await sato.post(f"conversations/{talk}/mute", {"minutes": 30})).status_code == 403
    await suzuki.does("mute", talk, minutes=30)
    await customer.reads("12:3")
    muted_until = datetime.fromisoformat((await row(sato, talk))["muted_until"])
    assert timedelta(minutes=29) < muted_until - datetime.now(UTC) <= timedelta(minutes=30)
    for words in (ASK, "担当者と話したい"):
        await customer.post(text=words)
        await until(lambda words=words: _seen(sato, talk, words))
    answered = (await customer_items(customer))[-2:]
    assert [item["author"] for item in answered] == ["customer", "customer"]


async def _seen(staff: Staff, talk: str, words: str) -> bool:
    """Staff see it, and the bot is through with it."""
    shown = await staff.sees(talk)
    return words in [item.get("text") for item in shown["items"]] and shown["unread"] > 0


async def customer_items(customer: Any) -> list[dict[str, Any]]:
    await customer.read(wait="1")
    items: list[dict[str, Any]] = customer.items
    return items


async def test_only_a_supervisor_lifts_it(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    customer, talk = await shop.somebody(sato)
    await suzuki.does("mute", talk, minutes=30)
    assert (await sato.post(f"conversations/{talk}/unmute")).status_code == 403
    await suzuki.does("unmute", talk)
    await customer.reads("ご案内を再開いたします")
    assert datetime.fromisoformat((await suzuki.sees(talk))["muted_until"]) <= datetime.now(UTC)


@pytest.mark.parametrize("minutes", [0, 1441, -5, "60", 1.5, None])
async def test_nobody_is_muted_for_ever(shop: Shop, suzuki: Staff, minutes: Any) -> None:
    answer = await suzuki.post(f"conversations/{'0' * 32}/mute", {"minutes": minutes})
    assert answer.status_code == 400


async def test_a_supervisor_is_called(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    async with suzuki.watching() as theirs:
        await sato.does("call_supervisor", talk, text="脅されています")
        told = await theirs.next("supervisor", talk)
    assert told["item"]["conversation_id"] == talk
    assert ("note", "脅されています") in await sato.said(talk)
    newest = await shop.audit()
    assert newest[0].what.action in ("view", "call_supervisor")


async def test_a_store_does_none_of_it(shop: Shop, sato: Staff) -> None:
    shibuya = await shop.staff("shibuya@shop.example")
    _customer, talk = await shop.somebody(sato)
    for path, body in (
        (f"conversations/{talk}/flag", {"flagged": True}),
        (f"conversations/{talk}/warn", None),
        (f"conversations/{talk}/mute", {"minutes": 5}),
        (f"conversations/{talk}/call_supervisor", {"text": "a"}),
        ("items/t-1-1/wrong", {"right": "a"}),
    ):
        assert (await shibuya.post(path, body)).status_code == 403, path
    for path in ("learning", "audit", "canned"):
        assert (await shibuya.browser.get(f"/desk/api/{path}")).status_code == 403, path


async def test_a_wrong_answer_goes_to_the_learning_list(
    shop: Shop, sato: Staff, suzuki: Staff
) -> None:
    customer = await shop.customer()
    await customer.ask(ASK)
    talk = await shop.asks_for_a_person(customer, sato)
    items = (await sato.sees(talk))["items"]
    answer = next(item for item in items if "ソラ" in item["text"] and item["author"] == "bot")
    done = await sato.post(f"items/{answer['id']}/wrong", {"right": "入荷待ちです"})
    assert done.status_code == 204
    (learned,) = (await suzuki.get("learning"))["items"]
    assert (learned["words"], learned["text"], learned["right"]) == (
        ASK,
        " ".join(answer["text"].split()),
        "入荷待ちです",
    )
    assert (learned["agent"], learned["conversation_id"]) == ("佐藤", talk)
    asked = next(item for item in items if item["author"] == "customer")
    assert (await sato.post(f"items/{asked['id']}/wrong", {"right": "a"})).status_code == 404
    assert (await sato.post(f"items/{answer['id']}/wrong", {"right": " "})).status_code == 400
    assert (await sato.browser.get("/desk/api/learning")).status_code == 403


async def test_who_did_what_is_read_by_supervisors(shop: Shop, sato: Staff, suzuki: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    await sato.does("take", talk)
    await sato.does("flag", talk, flagged=True)
    await sato.does("warn", talk)
    entries = (await suzuki.get("audit"))["items"]
    assert [(one["action"], one["agent"]) for one in entries[:3]] == [
        ("warn", "佐藤"),
        ("flag", "佐藤"),
        ("take", "佐藤"),
    ]
    assert {one["conversation_id"] for one in entries[:3]} == {talk}
    older = (await suzuki.get("audit", before=entries[1]["id"]))["items"]
    assert older[0] == entries[2]
    assert (await sato.browser.get("/desk/api/audit")).status_code == 403
    for before in ("x", "0", "9" * 20):
        answer = await suzuki.browser.get(f"/desk/api/audit?before={before}")
        assert answer.status_code == 400
