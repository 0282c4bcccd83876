import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from backend.app import create_app
from backend.importing import ImportFailed, Report, import_folder
from backend.importing.command import import_command
from backend.importing.moments import Calendar
from backend.settings import BackendSettings
from backend.tables import (
    Base,
    Hold,
    HoldLine,
    Member,
    Order,
    PointsEntry,
    Product,
    StockLevel,
    Store,
)
from tests.backend.catalogue_data import (
    PRODUCTS,
    STOCK,
    STORES,
    level,
    product,
    store,
    variant,
    write_folder,
    write_shop,
    yen,
)
from tests.backend.conftest import NOW, TOKEN, MovableClock, client_of


async def take(app: FastAPI, folder: Path) -> Report:
    return await import_folder(folder, app.state.database.engine, MovableClock())


async def faults_of(app: FastAPI, folder: Path) -> list[str]:
    with pytest.raises(ImportFailed) as failed:
        await take(app, folder)
    return [str(fault) for fault in failed.value.faults]


async def count(app: FastAPI, table: type[Base]) -> int:
    async with app.state.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


MEMBER = {"id": "m1", "member_no": "1000-1", "name": "山田", "phone": "090-1234-5678"}
ORDER: dict[str, Any] = {
    "id": "o1",
    "order_no": "#1001",
    "customer_id": "m1",
    "channel": "ec",
    "lines": [{"line_id": "1", "name": "Tシャツ", "quantity": 2, "unit_price": yen(2000)}],
    "payment_status": "paid",
    "delivery": {"kind": "ship"},
    "shipments": [
        {
            "id": "s1",
            "carrier": "yamato",
            "status": "in_transit",
            "lines": [{"line_id": "1", "quantity": 1}],
            "events": [{"at": "@-1d 10:00", "code": "in_transit", "text": "輸送中"}],
        }
    ],
    "pickup": {"status": "ready", "store_id": "north", "hold_until": "@+3d"},
    "totals": {"total": yen(4000)},
}


async def test_a_folder_twice_is_a_folder_once(app: FastAPI, tmp_path: Path) -> None:
    folder = write_shop(tmp_path / "in")
    write_folder(folder, members=[MEMBER], orders=[ORDER])
    first = await take(app, folder)
    assert first.counts["stock.jsonl"] == len(STOCK)
    sizes = [await count(app, table.class_) for table in Base.registry.mappers]
    await take(app, folder)
    assert [await count(app, table.class_) for table in Base.registry.mappers] == sizes
    async with app.state.database.reading() as session:
        order = await session.get_one(Order, "o1")
        member = await session.get_one(Member, "m1")
    assert (order.version, order.order_no_key) == (2, "1001")
    assert (member.phone, member.member_no_key) == ("+819012345678", "10001")


async def test_a_fault_names_file_line_and_field_and_nothing_is_imported(
    app: FastAPI, tmp_path: Path
) -> None:
    broken = product("bad", "Bad", "靴") | {"colour": "red"}
    folder = write_folder(
        tmp_path / "in",
        stores=STORES,
        products=[*PRODUCTS, broken],
        stock=[level("tee-s-bk", "nowhere", 1), level("none", None, 1)],
    )
    faults = await faults_of(app, folder)
    assert faults[0] == "products.jsonl, line 6, field colour: Extra inputs are not permitted"
    assert "stock.jsonl, line 1, field store_id: nothing has the id 'nowhere'" in faults
    assert "stock.jsonl, line 2, field variant_id: nothing has the id 'none'" in faults
    assert await count(app, Store) == 0


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("stores", store("s", "S", 91, 0), "field lat"),
        (
            "stores",
            store(
                "s", "S", 0, 0, weekly_hours=[{"days": ["mon"], "open": "9:00", "close": "10:00"}]
            ),
            "field weekly_hours.0.open",
        ),
        (
            "stores",
            store(
                "s", "S", 0, 0, weekly_hours=[{"days": ["mon"], "open": "19:00", "close": "01:00"}]
            ),
            "25:00",
        ),
        (
            "stores",
            store("s", "S", 0, 0, exceptions=[{"date": "@+1w", "closed": True}]),
            "field exceptions.0.date",
        ),
        ("products", product("p", "P", "C", variants=[]), "field variants"),
        (
            "products",
            product("p", "P", "C", variants=[variant("v", price=yen(-1))]),
            "field variants.0.price.amount",
        ),
        (
            "products",
            product(
                "p", "P", "C", variants=[variant("v", price={"currency": "JPY", "amount": 19.9})]
            ),
            "field variants.0.price.amount",
        ),
        (
            "products",
            product("p", "P", "C", variants=[variant("v", options={"色": "赤"})]),
            "option_axes does not name: 色",
        ),
        (
            "products",
            product("p", "P", "C", variants=[variant("v"), variant("v")]),
            "stands on line",
        ),
        ("orders", {**ORDER, "customer_id": "nobody"}, "field customer_id"),
        ("orders", {**ORDER, "placed_at": "2026-01-01T00:00:00"}, "the time zone is missing"),
        ("members", {**MEMBER, "phone": "12"}, "not a telephone number"),
        (
            "points",
            {"customer_id": "m9", "kind": "earn", "delta": 1, "at": "@-1d"},
            "field customer_id",
        ),
    ],
)
async def test_what_is_wrong_is_said(
    app: FastAPI, tmp_path: Path, file: str, line: dict[str, Any], expected: str
) -> None:
    faults = await faults_of(app, write_folder(tmp_path / "in", **{file: [line]}))
    assert any(expected in fault and fault.startswith(f"{file}.jsonl") for fault in faults), faults


async def test_files_that_are_not_what_they_should_be(app: FastAPI, tmp_path: Path) -> None:
    assert "no such folder" in (await faults_of(app, tmp_path / "missing"))[0]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no file to import" in (await faults_of(app, empty))[0]
    misspelt = write_folder(tmp_path / "misspelt", store=STORES)
    assert (await faults_of(app, misspelt))[0].startswith("store.jsonl: no such file")
    garbage = write_folder(tmp_path / "garbage", stores=STORES[:1])
    (garbage / "stores.jsonl").write_bytes(b'\xef\xbb\xbf\n{"id": \n\xff\xfe\n')
    lines = await faults_of(app, garbage)
    assert [line.split(":")[0] for line in lines] == [
        "stores.jsonl, line 2",
        "stores.jsonl, line 3",
    ]


async def test_faults_without_end_are_cut_short(app: FastAPI, tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "in", stock=[level(f"v{number}", None, 1) for number in range(99)]
    )
    assert len(await faults_of(app, folder)) == 20


async def test_facts_that_are_no_text_are_kept_as_json_writes_them(
    app: FastAPI, tmp_path: Path
) -> None:
    facts = {"素材": "綿", "weight": 1.5, "washable": True, "care": ["手洗い", {"max": 30}]}
    line = product("p", "P", "C", facts=facts)
    await take(app, write_folder(tmp_path / "a", products=[line]))
    async with app.state.database.reading() as session:
        kept = (await session.get_one(Product, "p")).facts
    assert kept == {
        "素材": "綿",
        "weight": "1.5",
        "washable": "true",
        "care": '["手洗い", {"max": 30}]',
    }
    unknown = write_folder(tmp_path / "b", products=[product("q", "Q", "C", facts={"size": None})])
    assert any("field facts.size" in fault for fault in await faults_of(app, unknown))


async def test_a_points_ledger_is_replaced_whole(app: FastAPI, tmp_path: Path) -> None:
    earned = {
        "customer_id": "m1",
        "kind": "earn",
        "delta": 100,
        "at": "@-10d",
        "expires_on": "@+10d",
    }
    other = {**MEMBER, "id": "m2", "member_no": "2"}
    theirs = {**earned, "customer_id": "m2"}
    folder = write_folder(tmp_path / "a", members=[MEMBER, other], points=[earned, earned, theirs])
    await take(app, folder)
    again = write_folder(tmp_path / "b", points=[{**earned, "delta": 5}])
    await import_folder(again, app.state.database.engine, lambda: NOW + timedelta(hours=1))
    async with app.state.database.reading() as session:
        entries = (
            await session.scalars(select(PointsEntry).order_by(PointsEntry.customer_id))
        ).all()
        observed = list(await session.scalars(select(Member.points_as_of).order_by(Member.id)))
    assert [(entry.customer_id, entry.delta) for entry in entries] == [("m1", 5), ("m2", 100)]
    assert observed == [NOW + timedelta(hours=1), NOW]
    assert entries[0].usable_at == ["ec", "store"]
    assert entries[0].expires_on == date(2026, 11, 28)


async def test_coupons_are_as_of_their_last_import(app: FastAPI, tmp_path: Path) -> None:
    coupon = {
        "id": "k1",
        "customer_id": "m1",
        "name": "5% off",
        "discount": {"percent": 5},
        "valid_until": "@+10d",
        "usable_at": ["ec"],
        "status": "active",
    }
    other = {**MEMBER, "id": "m2", "member_no": "2"}
    await take(app, write_folder(tmp_path / "a", members=[MEMBER, other], coupons=[coupon]))
    again = write_folder(tmp_path / "b", members=[MEMBER], coupons=[coupon])
    await import_folder(again, app.state.database.engine, lambda: NOW + timedelta(hours=1))
    async with app.state.database.reading() as session:
        observed = list(await session.scalars(select(Member.coupons_as_of).order_by(Member.id)))
    assert observed == [NOW + timedelta(hours=1), None]


@pytest.mark.parametrize(("status", "reserved"), [("active", 3), ("requested", 3), ("released", 1)])
async def test_what_is_put_aside_stays_put_aside(
    app: FastAPI, tmp_path: Path, status: str, reserved: int
) -> None:
    folder = write_shop(tmp_path / "in")
    await take(app, folder)
    async with app.state.database.writing() as session, session.begin():
        session.add(
            Hold(
                id="h1",
                store_id="north",
                purpose="buy",
                status=status,
                code="1",
                created_at=NOW,
                expires_at=NOW,
            )
        )
        await session.flush()
        session.add(HoldLine(hold_id="h1", variant_id="tee-s-bk", position=0, quantity=2))
    await take(app, folder)
    async with app.state.database.reading() as session:
        stock = await session.get_one(StockLevel, ("tee-s-bk", "north"))
    assert stock.reserved == reserved


async def test_an_empty_backend_starts_with_its_data(
    backend_settings: BackendSettings, tmp_path: Path
) -> None:
    settings = replace(backend_settings, data=write_shop(tmp_path / "in"))
    for _ in range(2):
        app = create_app(settings)
        async with app.router.lifespan_context(app), client_of(app) as client:
            answer = await client.get("/v1/products", headers={"Authorization": f"Bearer {TOKEN}"})
            assert len(answer.json()["items"]) == len(PRODUCTS)
            (tmp_path / "in" / "products.jsonl").write_text("not read again")


async def test_an_import_is_seen_at_once(
    app: FastAPI, service: httpx.AsyncClient, catalogue: None, tmp_path: Path
) -> None:
    before = await service.get("/v1/catalogue/lexicon")
    assert (await service.get("/v1/products", params={"q": "サンダル"})).json()["items"] == []
    await take(app, write_folder(tmp_path / "more", products=[product("mug", "サンダル", "靴")]))
    after = await service.get(
        "/v1/catalogue/lexicon", headers={"If-None-Match": before.headers["etag"]}
    )
    assert after.status_code == 200
    renamed = (await service.get("/v1/products", params={"q": "サンダル"})).json()["items"]
    assert [item["id"] for item in renamed] == ["mug"]
    assert (await service.get("/v1/products", params={"q": "マグカップ"})).json()["items"] == []


def test_moments_relative_to_the_clock() -> None:
    calendar = Calendar(datetime(2026, 11, 18, 20, 30, tzinfo=UTC))
    assert calendar.moment("@-2d").isoformat() == "2026-11-17T05:30:00+09:00"
    assert calendar.moment("@+1d 14:00").isoformat() == "2026-11-20T14:00:00+09:00"
    assert calendar.moment("@0d 09:05").isoformat() == "2026-11-19T09:05:00+09:00"
    assert calendar.moment("2026-01-01T00:00:00Z").isoformat() == "2026-01-01T09:00:00+09:00"
    assert calendar.day("@+1d") == date(2026, 11, 20)
    assert calendar.day("2026-02-28") == date(2026, 2, 28)
    for nonsense in ("@1", "@+1d 24:00", "@+1d 9:00", "tomorrow", "2026-13-01", "2026-01-01T00:00"):
        with pytest.raises(ValueError):
            calendar.moment(nonsense)


def test_the_command_prints_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = BackendSettings(
        database_url=f"sqlite:///{tmp_path / 'a.db'}", token="t", secret="s", clock=MovableClock()
    )
    good = write_shop(tmp_path / "good")
    assert import_command(good, settings) == 0
    assert "products.jsonl: 5" in capsys.readouterr().err
    bad = write_folder(tmp_path / "bad", stores=[json.loads('{"id": "x"}')])
    assert import_command(bad, settings) == 1
    printed = capsys.readouterr().err
    assert "stores.jsonl, line 1, field code: Field required" in printed
    assert "Nothing was imported." in printed
    assert asyncio.run(_stores(settings)) == len(STORES)


async def _stores(settings: BackendSettings) -> int:
    from backend.database import Database

    database = Database(settings.database_url)
    async with database.reading() as session:
        number = await session.scalar(select(func.count()).select_from(Store))
    await database.close()
    return int(number or 0)


async def test_two_shops_imported_at_one_moment_are_told_apart(
    backend_settings: BackendSettings, tmp_path: Path
) -> None:
    etags = set()
    for name in ("one", "two"):
        settings = replace(
            backend_settings,
            database_url=f"sqlite:///{tmp_path / name}.db",
            data=write_shop(tmp_path / name),
        )
        app = create_app(settings)
        async with app.router.lifespan_context(app), client_of(app) as client:
            answer = await client.get(
                "/v1/catalogue/lexicon", headers={"Authorization": f"Bearer {TOKEN}"}
            )
            etags.add(answer.headers["etag"])
    assert len(etags) == 2
