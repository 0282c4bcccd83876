"""Proving who one is: look-up, code, session, links; and nothing for those who guess."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from customer_data import member, once, open_shop, put, sent_codes, slug, speak_as
from fastapi import FastAPI
from sqlalchemy import select, update

from backend.clock import real_time
from backend.tables import Attempt, IdentityChallenge, IdentityLookup, IdentitySession, LinkNonce


@pytest.fixture
def sink(tmp_path: Path) -> Path:
    return tmp_path / "codes.jsonl"


async def look_up(service: httpx.AsyncClient, **by: str) -> dict[str, Any]:
    answer = await service.post("/v1/customers/lookup", json=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def challenge(
    service: httpx.AsyncClient, lookup_id: str, kind: str = "sms", user: str = "web:u1"
) -> httpx.Response:
    asked = {"lookup_id": lookup_id, "channel_id": kind, "channel_user_ref": user}
    return await service.post("/v1/identity/challenges", json=asked, headers=once())


async def verify(service: httpx.AsyncClient, challenge_id: str, code: str) -> httpx.Response:
    path = f"/v1/identity/challenges/{challenge_id}/verify"
    return await service.post(path, json={"code": code}, headers=once())


async def turn_back(app: FastAPI, table: type[Any], **columns: Any) -> None:
    """Set columns of all rows, as if real time had passed."""
    async with app.state.database.writing() as session, session.begin():
        await session.execute(update(table).values(**columns))


async def test_a_member_proves_with_a_code_and_speaks_for_herself(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    found = await look_up(service, phone="０９０-1234-5678")
    assert found["channels"] == [
        {"id": "sms", "kind": "sms", "masked": "•••-••••-5678"},
        {"id": "email", "kind": "email", "masked": "h•••@e•••"},
    ]
    sent = (await challenge(service, found["lookup_id"])).json()
    assert (sent["expires_in"], sent["resend_after"]) == (300, 60)
    (code,) = sent_codes(sink)
    assert (code["to"], code["kind"]) == ("+819012345678", "sms")
    full_width = code["code"].translate({48 + n: 0xFF10 + n for n in range(10)})
    proven = await verify(service, sent["challenge_id"], f" {full_width} ")
    assert proven.status_code == 200, proven.text
    assert (proven.json()["customer_id"], proven.json()["aal"]) == ("m1", 2)
    me = {"Customer-Session": proven.json()["session"]}
    shown = (await service.get("/v1/customers/m1", headers=me)).json()
    assert shown["member_no_masked"] == "•••0001"
    assert shown["contacts"] == {"phone": "•••-••••-5678", "email": "h•••@e•••"}
    assert slug(await service.get("/v1/customers/m2", headers=me)) == "not-found"
    async with app.state.database.reading() as session:
        kept = (await session.scalars(select(IdentityChallenge.code_hash))).one()
    assert code["code"] not in kept


async def test_the_same_way_by_mail_and_by_member_number(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    by_number = await look_up(service, member_no="1001-0001")
    by_mail = await look_up(service, email="hanako@EXAMPLE.com")
    assert by_number["channels"] == by_mail["channels"]
    assert (await challenge(service, by_mail["lookup_id"], "email")).status_code == 201
    assert sent_codes(sink)[0]["to"] == "hanako@example.com"


async def test_a_stranger_looks_just_like_a_member(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    await put(app, member("m3", "10010003"), member("m4", "10010004", phone="+819087654321"))
    nobody = {
        "unknown": {"member_no": "99999999"},
        "without any contact": {"member_no": "10010003"},
        "shared by two": {"phone": "090-8765-4321"},
        "unknown address": {"email": "nobody@example.org"},
    }
    for by in nobody.values():
        found, again = await look_up(service, **by), await look_up(service, **by)
        assert found.keys() == {"lookup_id", "channels"}
        assert found["channels"] == again["channels"] != []
        kind = found["channels"][0]["id"]
        sent = await challenge(service, found["lookup_id"], kind, str(by))
        assert sent.status_code == 201
        assert sent.json().keys() == {"challenge_id", "expires_in", "resend_after"}
        refused = await verify(service, sent.json()["challenge_id"], "123456")
        assert (slug(refused), refused.json()["attempts_left"]) == ("code-wrong", 4)
    assert sent_codes(sink) == []


async def test_five_wrong_codes_lock_the_challenge_even_for_the_right_one(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    found = await look_up(service, member_no="10010001")
    challenge_id = (await challenge(service, found["lookup_id"])).json()["challenge_id"]
    right = sent_codes(sink)[0]["code"]
    wrong = "000000" if right != "000000" else "000001"
    answers = [await verify(service, challenge_id, wrong) for _ in range(5)]
    assert [answer.json().get("attempts_left") for answer in answers] == [4, 3, 2, 1, None]
    assert slug(answers[-1]) == "locked"
    assert slug(await verify(service, challenge_id, right)) == "locked"


async def test_many_guesses_at_once_are_still_five(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    found = await look_up(service, member_no="99999999")
    kind = found["channels"][0]["id"]
    challenge_id = (await challenge(service, found["lookup_id"], kind)).json()["challenge_id"]
    guesses = [verify(service, challenge_id, f"{n:06}") for n in range(8)]
    answers = await asyncio.gather(*guesses)
    assert sorted(answer.status_code for answer in answers) == [422] * 4 + [423] * 4


async def test_a_code_works_once_and_for_five_minutes(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    found = await look_up(service, member_no="10010001")
    first = (await challenge(service, found["lookup_id"])).json()["challenge_id"]
    code = sent_codes(sink)[0]["code"]
    path, key = f"/v1/identity/challenges/{first}/verify", once()
    proven = await service.post(path, json={"code": code}, headers=key)
    repeated = await service.post(path, json={"code": code}, headers=key)
    assert proven.json() == repeated.json()
    assert slug(await verify(service, first, code)) == "code-expired"
    second = (await challenge(service, found["lookup_id"], "email")).json()["challenge_id"]
    await turn_back(app, IdentityChallenge, expires_at=real_time())
    code = sent_codes(sink)[1]["code"]
    assert slug(await verify(service, second, code)) == "code-expired"


async def test_another_code_has_to_wait_a_minute_and_ten_an_hour_are_enough(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    for by in ({"member_no": "10010001"}, {"member_no": "99999999"}):
        found = await look_up(service, **by)
        kind = found["channels"][0]["id"]
        assert (await challenge(service, found["lookup_id"], kind, str(by))).status_code == 201
        anew = await look_up(service, **by)
        early = await challenge(service, anew["lookup_id"], kind, "web:other")
        assert slug(early) == "rate-limited"
        assert 0 < int(early.headers["Retry-After"]) <= 60
    again = Attempt.key.startswith("code again")
    for _ in range(12):
        async with app.state.database.writing() as session, session.begin():
            old = real_time() - timedelta(minutes=2)
            await session.execute(update(Attempt).where(again).values(since=old))
        last = await challenge(service, found["lookup_id"], kind)
    assert slug(last) == "rate-limited"
    assert len(sent_codes(sink)) == 1


async def test_a_code_asked_for_twice_with_one_key_is_sent_once(
    app: FastAPI, service: httpx.AsyncClient, sink: Path
) -> None:
    await open_shop(app)
    found = await look_up(service, member_no="10010001")
    asked = {
        "lookup_id": found["lookup_id"],
        "channel_id": "sms",
        "channel_user_ref": "web:u1",
    }
    key = once()
    answers = [
        await service.post("/v1/identity/challenges", json=asked, headers=key) for _ in range(3)
    ]
    assert len({answer.json()["challenge_id"] for answer in answers}) == 1
    assert len(sent_codes(sink)) == 1


async def test_a_lookup_is_good_for_ten_minutes(app: FastAPI, service: httpx.AsyncClient) -> None:
    await open_shop(app)
    found = await look_up(service, member_no="10010001")
    assert slug(await challenge(service, found["lookup_id"], "pigeon")) == "not-found"
    assert slug(await challenge(service, "unknown")) == "not-found"
    await turn_back(app, IdentityLookup, expires_at=real_time())
    assert slug(await challenge(service, found["lookup_id"])) == "not-found"


async def test_a_session_ends_when_idle_too_old_or_logged_out(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    asked = {"member_id": "m1", "channel_user_ref": "web:u1", "aal": 2}
    opened = (await service.post("/v1/identity/sessions", json=asked)).json()
    me = {"Customer-Session": opened["session"]}
    assert (await service.get("/v1/customers/m1", headers=me)).status_code == 200
    now = real_time()
    await turn_back(app, IdentitySession, last_used_at=now - timedelta(minutes=31))
    assert slug(await service.get("/v1/customers/m1", headers=me)) == "session-required"
    await turn_back(app, IdentitySession, last_used_at=now, expires_at=now)
    assert slug(await service.get("/v1/customers/m1", headers=me)) == "session-required"
    await turn_back(app, IdentitySession, expires_at=now + timedelta(hours=1))
    for _ in range(2):
        gone = await service.delete(f"/v1/identity/sessions/{opened['session_id']}")
        assert gone.status_code == 204
    assert slug(await service.get("/v1/customers/m1", headers=me)) == "session-required"


async def test_a_long_talk_keeps_its_session_alive(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    me = await speak_as(service, aal=2)
    await turn_back(app, IdentitySession, last_used_at=real_time() - timedelta(minutes=29))
    asked = {
        "store_id": "ginza",
        "purpose": "buy",
        "lines": [{"variant_id": "shoe-26", "quantity": 1}],
    }
    assert (await service.post("/v1/holds", json=asked, headers=me | once())).status_code == 201
    async with app.state.database.reading() as session:
        used = (await session.scalars(select(IdentitySession.last_used_at))).one()
    assert real_time() - used < timedelta(minutes=1)


async def test_a_log_in_page_links_an_account_by_a_nonce_once(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    made = await service.post("/v1/identity/link-nonces", json={"member_id": "m1"})
    asked = {"nonce": made.json()["nonce"], "channel_user_ref": "line:U1", "aal": 1}
    answers = await asyncio.gather(
        *(service.post("/v1/identity/sessions", json=asked) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404]
    nobody = await service.post("/v1/identity/link-nonces", json={"member_id": "nobody"})
    assert slug(nobody) == "not-found"
    late = await service.post("/v1/identity/link-nonces", json={"member_id": "m1"})
    await turn_back(app, LinkNonce, expires_at=real_time())
    asked["nonce"] = late.json()["nonce"]
    assert slug(await service.post("/v1/identity/sessions", json=asked)) == "not-found"


async def test_a_channels_user_is_one_member_and_unlinking_logs_out(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    mine = await speak_as(service, "m1", aal=2, user="line:U1")
    path, user = "/v1/customers/{}/channel-links/line", {"channel_user_ref": "line:U1"}
    for _ in range(2):
        linked = await service.put(path.format("m1"), json=user, headers=mine)
        assert linked.status_code == 200, linked.text
    assert (await service.get("/v1/customers/m1", headers=mine)).json()["channels"] == ["line"]
    low = await speak_as(service, "m2", user="web:u2")
    assert slug(await service.put(path.format("m2"), json=user, headers=low)) == (
        "step-up-required"
    )
    theirs = await speak_as(service, "m2", aal=2, user="web:u2")
    assert slug(await service.put(path.format("m1"), json=user, headers=theirs)) == "not-found"
    moved = await service.put(path.format("m2"), json=user, headers=theirs)
    assert moved.json()["customer_id"] == "m2"
    assert slug(await service.get("/v1/customers/m1", headers=mine)) == "session-required"
    on_line = await speak_as(service, "m2", user="line:U1")
    gone = await service.delete(path.format("m2"), headers=theirs)
    assert gone.status_code == 204
    assert slug(await service.get("/v1/customers/m2", headers=on_line)) == "session-required"
    assert (await service.get("/v1/customers/m2", headers=theirs)).json()["channels"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"phone": "123", "email": "a@b.jp"},
        {"phone": "12"},
        {"email": "nobody"},
        {"member_no": ""},
    ],
)
@pytest.mark.parametrize("backend_engine_url", ["sqlite"], indirect=True)
async def test_a_lookup_names_exactly_one_thing(
    service: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    answer = await service.post("/v1/customers/lookup", json=asked)
    assert slug(answer) == "invalid-request"
