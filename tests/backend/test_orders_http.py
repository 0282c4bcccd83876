"""What a customer is told about orders, and what nobody else is."""

import httpx
from customer_data import (
    days_ago,
    line,
    open_shop,
    order,
    pickup,
    put,
    seen,
    shipment,
    slug,
    speak_as,
)
from fastapi import FastAPI

from backend.tables import Product


async def test_a_member_sees_all_orders_newest_first_page_by_page(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    for number in range(1, 6):
        await put(app, order(f"o{number}", ago=number), line(f"o{number}"))
    await put(app, order("undated", placed_at=None), line("undated"))
    me = await speak_as(service)
    seen_ids: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await service.get(
            "/v1/customers/m1/orders", params={"limit": 2} | cursor, headers=me
        )
        assert answer.status_code == 200, answer.text
        seen_ids += [item["id"] for item in answer.json()["items"]]
        if answer.json()["next_cursor"] is None:
            break
        cursor = {"cursor": answer.json()["next_cursor"]}
    assert seen_ids == ["o1", "o2", "o3", "o4", "o5", "undated"]


async def test_a_member_finds_orders_by_status_day_number_and_name(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("a", ago=1), line("a"), shipment("a", "in_transit"))
    await put(app, order("b", ago=9), line("b", name="Ｔシャツ"))
    await put(app, order("c", ago=20, channel="store", delivery={"kind": "carry_out"}), line("c"))
    me = await speak_as(service)

    async def found(**wanted: str) -> list[str]:
        answer = await service.get("/v1/customers/m1/orders", params=wanted, headers=me)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await found(status="shipped") == ["a"]
    assert await found(status="picked_up") == ["c"]
    assert await found(channel="store") == ["c"]
    assert await found(placed_from="2026-11-09", placed_to="2026-11-09") == ["b"]
    assert await found(q="ec-b") == ["b"]
    assert await found(q="Tシャツ") == ["b"]


async def test_lines_are_named_in_the_askers_language_where_the_shop_has_a_name_in_it(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    async with app.state.database.writing() as session, session.begin():
        product = await session.get_one(Product, "shoe")
        product.translations = {"en": {"name": "Sneakers"}}
    known = line("o1", variant_id="shoe-26", name="スニーカー 復刻版")
    await put(app, order("o1"), known, line("o1", "2", variant_id=None, name="靴ひも"))
    me = await speak_as(service)
    for path in ("/v1/orders/o1", "/v1/customers/m1/orders"):
        for language, first in (("en", "Sneakers"), ("ja", "スニーカー 復刻版")):
            told = await service.get(path, headers=me | {"Accept-Language": language})
            (shown,) = told.json().get("items", [told.json()])
            assert [each["name"] for each in shown["lines"]] == [first, "靴ひも"]


async def test_an_order_shows_its_parcels_its_eta_and_its_story(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("o1", updated_at=days_ago(1)), line("o1"), line("o1", "2"))
    await put(app, shipment("o1", "in_transit"), seen("o1"))
    me = await speak_as(service)
    answer = await service.get("/v1/orders/o1", headers=me)
    shown = answer.json()
    assert answer.status_code == 200, answer.text
    assert shown["status"] == "partially_shipped"
    assert [piece["shipped"] for piece in shown["lines"]] == [1, 0]
    assert shown["shipments"][0]["eta"] == {
        "date": "2026-11-18",
        "slot": "18-20",
        "source": "carrier",
    }
    assert shown["as_of"] == "2026-11-17T12:00:00+09:00"
    assert shown["shipments"][0]["as_of"] == "2026-11-18T12:00:00+09:00"
    assert [entry["code"] for entry in shown["timeline"]] == ["placed", "shipped"]
    parcels = await service.get("/v1/orders/o1/shipments", headers=me)
    assert parcels.json()["items"] == shown["shipments"]


async def test_only_the_parts_asked_for_are_sent(app: FastAPI, service: httpx.AsyncClient) -> None:
    await open_shop(app)
    await put(app, order("o1"), line("o1"))
    me = await speak_as(service)
    answer = await service.get("/v1/orders/o1", params={"include": "lines"}, headers=me)
    assert answer.json()["lines"]
    assert answer.json()["shipments"] is None
    wrong = await service.get("/v1/orders/o1", params={"include": "secrets"}, headers=me)
    assert slug(wrong) == "invalid-request"


async def test_somebody_elses_order_is_not_there(app: FastAPI, service: httpx.AsyncClient) -> None:
    await open_shop(app)
    await put(app, order("o1", "m2"), line("o1"), order("o2", None), line("o2"))
    me = await speak_as(service)
    for path in ("orders/o1", "orders/o2", "orders/none", "orders/o1/shipments"):
        answer = await service.get(f"/v1/{path}", headers=me)
        assert slug(answer) == "not-found"
    answer = await service.get("/v1/customers/m2/orders", headers=me)
    assert slug(answer) == "not-found"
    unknown = await service.get("/v1/orders/o1")
    assert slug(unknown) == "session-required"


async def test_a_receipt_has_its_link_or_the_shops_reason(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app, {"name": "S", "invoice_registration_no": "T1234567890123"})
    here = {"available": True, "url": "https://shop.example/r/o1"}
    await put(app, order("o1", receipt=here), line("o1"))
    await put(app, order("o2", receipt={"available": False, "reason": "発送後"}), line("o2"))
    await put(app, order("o3"), line("o3"))
    me = await speak_as(service)
    receipt = (await service.get("/v1/orders/o1/receipt", headers=me)).json()
    assert receipt["url"] == "https://shop.example/r/o1"
    assert receipt["invoice_registration_no"] == "T1234567890123"
    refused = await service.get("/v1/orders/o2/receipt", headers=me)
    assert (slug(refused), refused.json()["reason"]) == ("not-allowed-in-state", "発送後")
    assert slug(await service.get("/v1/orders/o3/receipt", headers=me)) == "not-supported"


GUEST = {
    "name": "佐藤 みどり",
    "phone": "090-1111-2222",
    "email": "midori@example.com",
    "postal_code": "150-0001",
}


async def test_a_guest_reads_one_order_with_any_proof_and_nothing_else(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("g1", None, contact=GUEST), line("g1"), order("o1"), line("o1"))
    proofs = [
        {"phone_last4": "２２２２"},
        {"email": "Midori@Example.com"},
        {"postal_code": "1500001", "name": "佐藤みどり"},
    ]
    for proof in proofs:
        asked = {"order_no": "ｅｃ－ｇ１", "proof": proof}
        answer = await service.post("/v1/orders/lookup", json=asked)
        assert answer.status_code == 200, answer.text
        guest = {"Customer-Session": answer.json()["session"]}
        shown = await service.get(f"/v1/orders/{answer.json()['order_id']}", headers=guest)
        assert shown.json()["id"] == "g1"
        assert slug(await service.get("/v1/orders/o1", headers=guest)) == "not-found"
        assert slug(await service.get("/v1/customers/m1", headers=guest)) == "not-found"


async def test_guesses_are_answered_alike_and_end_after_five(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("g1", None, contact=GUEST), line("g1"))

    async def guess(number: str, last4: str, user: str = "web:u9") -> httpx.Response:
        asked = {"order_no": number, "proof": {"phone_last4": last4}}
        who = {"Channel-User-Ref": user}
        return await service.post("/v1/orders/lookup", json=asked, headers=who)

    unknown, wrong = await guess("EC-nothing", "0000"), await guess("EC-g1", "0000")
    without_id = [answer.json() | {"request_id": ""} for answer in (unknown, wrong)]
    assert without_id[0] == without_id[1]
    for _ in range(4):
        assert slug(await guess("EC-g1", "0000")) == "not-found"
    locked = await guess("EC-g1", "2222")
    assert slug(locked) == "locked"
    assert int(locked.headers["Retry-After"]) <= 15 * 60
    assert (await guess("EC-g1", "2222", "web:somebody-else")).status_code == 200


async def test_digits_a_look_up_shows_do_not_prove_a_members_order(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("o1"), line("o1"))
    shown = (await service.post("/v1/customers/lookup", json={"member_no": "10010001"})).json()
    digits = next(way["masked"] for way in shown["channels"] if way["kind"] == "sms")[-4:]

    async def prove(proof: dict[str, str]) -> httpx.Response:
        return await service.post("/v1/orders/lookup", json={"order_no": "EC-o1", "proof": proof})

    assert slug(await prove({"phone_last4": digits})) == "not-found"
    assert (await prove({"email": "hanako@example.com"})).status_code == 200


async def test_guesses_under_many_names_end_after_twenty(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("g1", None, contact=GUEST), line("g1"))

    async def guess(last4: str, user: int) -> httpx.Response:
        asked = {"order_no": "EC-g1", "proof": {"phone_last4": last4}}
        who = {"Channel-User-Ref": f"web:u{user}"}
        return await service.post("/v1/orders/lookup", json=asked, headers=who)

    for user in range(20):
        assert slug(await guess("0000", user)) == "not-found"
    assert slug(await guess("2222", 20)) == "locked"


async def test_a_proof_is_given_in_exactly_one_way(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    for proof in ({}, {"name": "佐藤"}, {"email": "a@b.jp", "phone_last4": "1234"}):
        asked = {"order_no": "1", "proof": proof}
        assert slug(await service.post("/v1/orders/lookup", json=asked)) == "invalid-request"


async def test_a_collection_not_fetched_in_time_is_no_longer_ready(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    late = order("o1", delivery={"kind": "pickup", "store_id": "ginza"})
    await put(app, late, line("o1"), pickup("o1", hold_until=days_ago(1).date()))
    me = await speak_as(service)
    shown = (await service.get("/v1/orders/o1", headers=me)).json()
    assert (shown["status"], shown["pickup"]["status"]) == ("on_hold", "expired")
