"""What staff see of a customer at the shop, beside the talk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.config import ROOT
from bot.nlu import Linear
from tests.support.desk_shop import Shop, desk_with_staff
from tests.support.real_app import Moody
from tests.support.staff import Staff

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECTIONS = ["profile", "orders", "pickups", "points", "coupons"]
MISAKI = "m-001"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Shop]:
    """The demo shop: its members have orders, points and coupons."""
    data = str(ROOT / "backend" / "demo_shop")
    folder = tmp_path_factory.mktemp("panel")
    async with desk_with_staff(folder, engine, BACKEND_DATA=data) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sato(shop: Shop) -> Staff:
    return await shop.staff("sato@shop.example")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(shop: Shop, sato: Staff) -> str:
    """Misaki Sato asks for a person; the shop's page says who she is."""
    return (await shop.somebody(sato, member=MISAKI))[1]


async def opened(staff: Staff, talk: str, section: str, language: str = "ja") -> dict[str, Any]:
    answer = await staff.post(f"conversations/{talk}/panel/{section}?language={language}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_nothing_is_sent_before_it_is_opened(sato: Staff, talk: str) -> None:
    assert await sato.get(f"conversations/{talk}/panel") == {"sections": SECTIONS}
    assert "misaki" not in str(await sato.sees(talk))


async def test_who_the_member_is_masked_as_the_shop_masks_it(sato: Staff, talk: str) -> None:
    shown = await opened(sato, talk, "profile")
    rows = dict(shown["rows"])
    assert rows["お名前"] == "佐藤 美咲"
    assert rows["よく利用する店舗"] == "渋谷店"
    assert "10024817" not in str(rows)
    assert "090-0000-1001" not in str(rows)
    assert shown["as_of"].startswith("2026-11-24T03:")


async def test_orders_pickups_points_and_coupons_in_the_agents_language(
    sato: Staff, talk: str
) -> None:
    orders = {
        one["title"]: dict(one["rows"]) for one in (await opened(sato, talk, "orders"))["items"]
    }
    assert orders["A-20481"]["状況"] == "発送済み"
    assert orders["A-20481"]["お荷物"].startswith("配達中")
    assert orders["A-20481"]["合計"].startswith("税込")
    (pickup, *_) = (await opened(sato, talk, "pickups"))["items"]
    assert pickup["title"] == "ご注文 A-20485"
    assert dict(pickup["rows"])["受取期限"] == "11/30(月)"
    points = await opened(sato, talk, "points", "en")
    assert dict(points["rows"])["Balance"].endswith(" points")
    coupons = (await opened(sato, talk, "coupons", "en"))["items"]
    assert dict(coupons[0]["rows"])["Discount"] == "10% off"
    assert dict(coupons[1]["rows"])["Minimum purchase"] == "¥15,000 or more"
    assert "オンライン限定" not in str(coupons)


async def test_who_opened_what_is_recorded(shop: Shop, sato: Staff, talk: str) -> None:
    await opened(sato, talk, "points")
    latest, *_ = await shop.audit()
    assert (latest.what.action, latest.agent_name) == ("panel:points", "佐藤")
    assert latest.what.conversation_id == talk


async def test_a_stranger_has_no_panel(shop: Shop, sato: Staff) -> None:
    _customer, talk = await shop.somebody(sato)
    assert await sato.get(f"conversations/{talk}/panel") == {"sections": []}
    refused = await sato.post(f"conversations/{talk}/panel/orders")
    assert refused.status_code == 404


async def test_a_store_opens_nothing(shop: Shop, talk: str) -> None:
    shibuya = await shop.staff("shibuya@shop.example")
    assert (await shibuya.browser.get(f"/desk/api/conversations/{talk}/panel")).status_code == 403
    assert (await shibuya.post(f"conversations/{talk}/panel/orders")).status_code == 403


async def test_canned_replies_are_filled_for_the_talk(sato: Staff, talk: str) -> None:
    found = await sato.get("canned", language="ja", conversation_id=talk)
    texts = {one["key"]: one["text"] for one in found["items"]}
    assert texts["hello"].startswith("佐藤様、お待たせしました。担当の佐藤です。")
    assert "そよぎ商店" in texts["goodbye"]
    assert "〔注文番号〕" in texts["late"]
    nobody = await sato.get("canned", language="en")
    assert "〔name〕" in str(nobody["items"])
    gone = await sato.browser.get(f"/desk/api/canned?conversation_id={'0' * 32}")
    assert gone.status_code == 404


@pytest.mark.parametrize("section", ["passwords", "", "orders/1"])
async def test_there_are_no_other_sections(sato: Staff, talk: str, section: str) -> None:
    answer = await sato.post(f"conversations/{talk}/panel/{section}")
    assert answer.status_code in (400, 404, 405)


@pytest.mark.parametrize("mood", ["gone", "failing", "malformed"])
async def test_a_shop_that_does_not_answer_is_said_so(
    shop: Shop, sato: Staff, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    _customer, talk = await shop.somebody(
        sato, member={"gone": "m-002", "failing": "m-003"}.get(mood, "m-004")
    )
    monkeypatch.setattr(Moody, "mood", mood)
    answer = await sato.post(f"conversations/{talk}/panel/coupons")
    _says_unavailable(answer)
    assert "panel:coupons" not in [line.what.action for line in (await shop.audit())[:1]]


def _says_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem:unavailable"
    assert "does not answer" in answer.json()["detail"]
