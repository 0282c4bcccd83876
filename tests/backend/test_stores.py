from datetime import date, datetime

import httpx
import pytest

from backend.catalogue.hours import Hours, national_holiday
from backend.clock import TOKYO
from tests.backend.conftest import MovableClock

pytestmark = pytest.mark.usefixtures("catalogue")


async def ids(service: httpx.AsyncClient, query: str) -> list[str]:
    answer = await service.get(f"/v1/stores?{query}")
    assert answer.status_code == 200, answer.text
    return [store["id"] for store in answer.json()["items"]]


async def test_the_nearest_store_comes_first_and_a_warehouse_never(
    service: httpx.AsyncClient,
) -> None:
    answer = await service.get("/v1/stores?near=35.61,139.70")
    stores = answer.json()["items"]
    assert [store["id"] for store in stores] == ["bar", "north"]
    assert stores[0]["distance_m"] == pytest.approx(1112, abs=2)
    assert await ids(service, "near=35.61,139.70&radius_km=2") == ["bar"]
    assert await ids(service, "kind=warehouse") == ["depot"]


@pytest.mark.parametrize("called", ["北店", "きたてん", "キタテン", "north", "ノース", "北駅"])
async def test_a_store_is_found_by_what_people_call_it(
    service: httpx.AsyncClient, called: str
) -> None:
    assert (await ids(service, f"q={called}"))[0] == "north"


async def test_stores_by_service_and_place(service: httpx.AsyncClient) -> None:
    assert await ids(service, "services=pickup,tryon") == ["north"]
    assert await ids(service, "prefecture=大阪府") == []
    assert await ids(service, "q=ぜんぜん違う") == []


async def test_stores_come_in_pages(service: httpx.AsyncClient) -> None:
    first = (await service.get("/v1/stores?limit=1")).json()
    second = (await service.get(f"/v1/stores?limit=1&cursor={first['next_cursor']}")).json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == ["north", "bar"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    "query",
    [
        "near=abc",
        "near=91,0",
        "radius_km=3",
        "services=massage",
        "limit=101",
        "cursor=x",
        "open_at=2026-11-18T12:00:00",
    ],
)
async def test_nonsense_is_refused(service: httpx.AsyncClient, query: str) -> None:
    answer = await service.get(f"/v1/stores?{query}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:problem:invalid-request"


async def test_open_now_goes_by_the_business_clock(
    service: httpx.AsyncClient, clock: MovableClock
) -> None:
    async def open_now(store_id: str) -> bool:
        return bool((await service.get(f"/v1/stores/{store_id}")).json()["open_now"])

    assert await open_now("north")
    assert not await open_now("bar")
    # Wednesday's night goes on until one in the morning of Thursday.
    clock.now = datetime(2026, 11, 19, 0, 59, tzinfo=TOKYO)
    assert await open_now("bar")
    clock.now = datetime(2026, 11, 19, 1, 0, tzinfo=TOKYO)
    assert not await open_now("bar")
    assert await ids(service, "open_at=2026-11-18T19:00:00%2B09:00") == ["north", "bar"]


async def test_a_store_without_hours_is_not_said_to_be_closed(service: httpx.AsyncClient) -> None:
    depot = (await service.get("/v1/stores/depot")).json()
    assert depot["open_now"] is None
    assert depot["today"]["closed"] is None


async def test_the_calendar_knows_exceptions_and_holidays(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/stores/north/calendar?from=2026-11-18&to=2026-11-23")
    days = {day["date"]: day for day in answer.json()["items"]}
    assert len(days) == 6
    assert (days["2026-11-18"]["open"], days["2026-11-18"]["close"]) == ("10:00", "20:00")
    assert (days["2026-11-19"]["closed"], days["2026-11-19"]["reason"]) == (True, "棚卸し")
    # A Monday, but Labour Thanksgiving Day.
    assert (days["2026-11-23"]["open"], days["2026-11-23"]["close"]) == ("11:00", "18:00")
    assert days["2026-11-23"]["holiday"] == "勤労感謝の日"


@pytest.mark.parametrize(
    "query", ["from=2026-01-01&to=2026-03-04", "from=2026-01-02&to=2026-01-01"]
)
async def test_a_calendar_has_at_most_62_days(service: httpx.AsyncClient, query: str) -> None:
    assert (await service.get(f"/v1/stores/north/calendar?{query}")).status_code == 400


async def test_a_store_nobody_knows(service: httpx.AsyncClient) -> None:
    for path in ("nowhere", "nowhere/calendar"):
        answer = await service.get(f"/v1/stores/{path}")
        assert answer.json()["type"] == "urn:problem:not-found"


async def test_names_come_in_the_language_asked_for(service: httpx.AsyncClient) -> None:
    english = await service.get("/v1/stores/north", headers={"Accept-Language": "en-GB,ja;q=0.5"})
    assert english.json()["name"] == "North"
    assert english.headers["content-language"] == "en"
    untold = await service.get("/v1/stores/bar", headers={"Accept-Language": "en"})
    assert untold.json()["name"] == "深夜店"
    assert (await service.get("/v1/stores/north")).json()["name"] == "北店"


def test_a_day_may_have_a_break() -> None:
    week = [
        {"days": ["mon"], "open": "15:00", "close": "19:00"},
        {"days": ["mon"], "open": "10:00", "close": "13:00"},
    ]
    hours = Hours(week, [])
    assert [each.open for each in hours.day(date(2026, 11, 16)).intervals] == ["10:00", "15:00"]
    assert hours.open_at(datetime(2026, 11, 16, 12, 59, tzinfo=TOKYO))
    assert hours.open_at(datetime(2026, 11, 16, 14, 0, tzinfo=TOKYO)) is False


def test_a_bridge_day_between_holidays_is_a_holiday() -> None:
    assert national_holiday(date(2026, 9, 22)) == "国民の休日"
    assert national_holiday(date(2026, 11, 18)) is None
