"""What the bot would answer, for the person who has the talk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.nlu import Linear
from tests.support.browser import Browser
from tests.support.desk_shop import Shop, desk_with_staff, until
from tests.support.real_app import Moody
from tests.support.small_shop import ASK
from tests.support.staff import Staff

pytestmark = pytest.mark.asyncio(loop_scope="module")
POINTS = "ポイントはいくつありますか"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Shop]:
    """One app for all these tests: customers do not meet."""
    async with desk_with_staff(tmp_path_factory.mktemp("suggestion"), engine) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sato(shop: Shop) -> Staff:
    return await shop.staff("sato@shop.example")


async def writes(customer: Browser, staff: Staff, talk: str, *words: str) -> str | None:
    """What the bot would answer to a customer who is with a person and writes this."""
    for each in words:
        await customer.post(text=each)
        await until(lambda each=each: _seen(staff, talk, each))
    text: str | None = (await staff.get(f"conversations/{talk}/suggestion"))["text"]
    return text


async def _seen(staff: Staff, talk: str, words: str) -> bool:
    return words in [text for _author, text in await staff.said(talk)]


async def with_a_person(shop: Shop, staff: Staff, member: str | None = None) -> tuple[Browser, str]:
    customer, talk = await shop.somebody(staff, member=member)
    await staff.does("take", talk)
    return customer, talk


async def test_a_question_about_the_shop_is_answered_without_a_word_to_the_customer(
    shop: Shop, sato: Staff
) -> None:
    customer, talk = await with_a_person(shop, sato)
    text = await writes(customer, sato, talk, ASK)
    assert text is not None
    assert "渋谷店" in text
    assert "時点" in text
    before = await sato.sees(talk)
    assert (await sato.get(f"conversations/{talk}/suggestion"))["text"] == text
    after = await sato.sees(talk)
    assert after["items"] == before["items"]
    assert after["summary"]["open"] == before["summary"]["open"]


async def test_several_bubbles_are_one_question(shop: Shop, sato: Staff) -> None:
    customer, talk = await with_a_person(shop, sato)
    await sato.does("reply", talk, text="どの商品でしょうか")
    text = await writes(customer, sato, talk, "ソラ スニーカーの27.0cmは", "渋谷店にありますか")
    assert text is not None
    assert "渋谷店" in text
    await sato.does("note", talk, text="在庫の質問")
    assert (await sato.get(f"conversations/{talk}/suggestion"))["text"] == text


async def test_a_members_own_is_suggested_to_who_has_proven_it_alone(
    shop: Shop, sato: Staff
) -> None:
    customer, talk = await with_a_person(shop, sato, member="m-1")
    assert "1,280" in str(await writes(customer, sato, talk, POINTS))
    stranger, other = await with_a_person(shop, sato)
    assert await writes(stranger, sato, other, POINTS) is None


NO_ANSWER = (
    "担当者と話したいです",
    "ソラ スニーカーの27.0cmを渋谷店で取り置きしてください",
    "ぬぬぬぬ",
)


async def test_nothing_is_suggested_where_the_bot_has_no_answer(
    shop: Shop, sato: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, talk = await with_a_person(shop, sato, member="m-2")
    for words in NO_ANSWER:
        assert await writes(customer, sato, talk, words) is None, words
        await sato.does("reply", talk, text="お調べします")
    monkeypatch.setattr(Moody, "mood", "gone")
    assert await writes(customer, sato, talk, POINTS) is None, "the shop does not answer"


async def test_who_asked_for_a_suggestion_is_recorded(shop: Shop, sato: Staff) -> None:
    _customer, talk = await with_a_person(shop, sato)
    await sato.get(f"conversations/{talk}/suggestion")
    latest, *_ = await shop.audit()
    assert (latest.what.action, latest.agent_name) == ("suggestion", "佐藤")


async def test_stores_and_strange_talks_get_none(shop: Shop, sato: Staff) -> None:
    _customer, talk = await with_a_person(shop, sato)
    shibuya = await shop.staff("shibuya@shop.example")
    path = f"/desk/api/conversations/{talk}/suggestion"
    assert (await shibuya.browser.get(path)).status_code == 403
    gone = f"/desk/api/conversations/{'0' * 32}/suggestion"
    assert (await sato.browser.get(gone)).status_code == 404
