"""Proving who one is: look-ups, codes, sessions, and what must never be seen of them."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest

from bot.customers.linking import Credential
from bot.customers.profile import Trust
from bot.errors import OutcomeUnknown, ProofExpired, Unavailable, UnknownMember
from bot.messages import Account
from bot.ports import Caller
from bot.shop import IdentityDoor, Shop, ShopDoor
from bot.shopfront.base import Option, Refused
from bot.shopfront.catalogue import StoreById
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    LookUpMember,
    MyPoints,
    Proven,
    SendCode,
    TooSoon,
)
from tests.shop.shop_stand_in import PHONE_ACCOUNT, Customers, StandIn, problem

LOOKUP = "POST /customers/lookup"
CHALLENGE = "POST /identity/challenges"
VERIFY = "POST /identity/challenges/ch/verify"
SESSIONS = "POST /identity/sessions"
POINTS = "GET /customers/m-1/points"
LINK = "PUT /customers/m-1/channel-links/line"
OPENED = {"session": "secret-token", "session_id": "s", "customer_id": "m-1", "aal": 2}
PROFILE = {"display_name": "佐藤 美咲", "home_store_id": "shibuya", "language": "ja"}
TYPED = CheckCode("ch", "482913")


async def test_a_number_is_looked_up_as_the_world_writes_it(
    identity: IdentityDoor, far: StandIn, stranger: Caller
) -> None:
    way = {"id": "sms", "kind": "sms", "masked": "•••-••••-1001"}
    far.tell(LOOKUP, {"lookup_id": "l", "channels": [way]})
    found = await identity.perform(LookUpMember("phone", "０９０-0000-1001"), "k", stranger)
    assert found == Contacts("l", (Option("sms", "•••-••••-1001", "sms"),))
    assert json.loads(far.last(LOOKUP).content) == {"phone": "+819000001001"}
    assert "1001" not in str(far.last(LOOKUP).url)


async def test_what_is_no_number_is_not_looked_up(
    identity: IdentityDoor, far: StandIn, stranger: Caller
) -> None:
    told = LookUpMember("phone", "わかりません")
    assert await identity.perform(told, "k", stranger) == Refused("invalid-request")
    assert not far.asked


async def test_codes_are_sent_and_too_many_are_refused(
    identity: IdentityDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell(CHALLENGE, {"challenge_id": "ch", "expires_in": 300, "resend_after": 60})
    sent = await identity.perform(SendCode("l", "sms", "•••1001"), "k", stranger)
    assert sent == CodeSent("ch", "•••1001", 5)
    far.tell(CHALLENGE, problem("rate-limited", 429, retry_after=60))
    again = await identity.perform(SendCode("l", "sms", "•••1001", 2), "k2", stranger)
    assert again == TooSoon(60)


async def test_the_right_code_proves_the_account(
    identity: IdentityDoor, far: StandIn, customers: Customers, stranger: Caller
) -> None:
    far.tell(VERIFY, OPENED)
    far.tell("GET /customers/m-1", PROFILE)
    far.tell(LINK, {"customer_id": "m-1"})
    assert await identity.perform(TYPED, "k", stranger) == Proven("m-1")
    ((account, proof, by),) = customers.proven
    assert (account, by) == (PHONE_ACCOUNT, "code")
    assert (proof.member_id, proof.session, proof.trust) == ("m-1", "secret-token", Trust.VERIFIED)
    assert (proof.name, proof.usual_store, proof.language) == ("佐藤 美咲", "shibuya", "ja")
    assert far.last(LINK).headers["customer-session"] == "secret-token"
    assert len(json.loads(far.last(LINK).content)["channel_user_ref"]) == 64


async def test_a_right_code_counts_even_if_the_profile_is_silent(
    identity: IdentityDoor, far: StandIn, customers: Customers, stranger: Caller
) -> None:
    far.tell(VERIFY, OPENED)
    far.tell("GET /customers/m-1", httpx.ReadTimeout("slow"))
    far.tell(LINK, httpx.Response(500))
    assert await identity.perform(TYPED, "k", stranger) == Proven("m-1")
    assert customers.proven[0][1].name is None


async def test_a_terminal_is_proven_but_not_linked(
    identity: IdentityDoor, far: StandIn, customers: Customers, stranger: Caller
) -> None:
    far.tell(VERIFY, OPENED)
    far.tell("GET /customers/m-1", PROFILE)
    at_terminal = replace(stranger, account=Account("terminal", "me"))
    assert await identity.perform(TYPED, "k", at_terminal) == Proven("m-1")
    assert not any(request.method == "PUT" for request in far.asked)


async def test_wrong_late_and_too_many_codes(
    identity: IdentityDoor, far: StandIn, customers: Customers, stranger: Caller
) -> None:
    far.tell(VERIFY, problem("code-wrong", 422, attempts_left=4))
    assert await identity.perform(TYPED, "1", stranger) == CodeWrong(4)
    far.tell(VERIFY, problem("code-wrong", 422, attempts_left=0))
    assert await identity.perform(TYPED, "2", stranger) == Refused("locked")
    far.tell(VERIFY, problem("code-expired", 422))
    assert await identity.perform(TYPED, "3", stranger) == Refused("code-expired")
    far.tell(VERIFY, problem("locked", 423))
    assert await identity.perform(TYPED, "4", stranger) == Refused("locked")
    far.tell(VERIFY, httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown):
        await identity.perform(TYPED, "5", stranger)
    assert not customers.proven


async def test_a_channel_vouches_for_its_member(identity: IdentityDoor, far: StandIn) -> None:
    far.tell(SESSIONS, OPENED)
    far.tell("GET /customers/m-1", PROFILE)
    proof = await identity.vouch(PHONE_ACCOUNT, Credential("member_id", "m-1"))
    assert (proof.session, proof.name, proof.trust) == ("secret-token", "佐藤 美咲", Trust.VERIFIED)
    asked = json.loads(far.last(SESSIONS).content)
    assert (asked["member_id"], asked["aal"]) == ("m-1", 2)
    far.tell(SESSIONS, problem("not-found", 404))
    with pytest.raises(UnknownMember):
        await identity.vouch(PHONE_ACCOUNT, Credential("member_id", "nobody"))
    far.tell(SESSIONS, OPENED)
    with pytest.raises(Unavailable):
        await identity.vouch(PHONE_ACCOUNT, Credential("member_id", "somebody-else"))


async def test_a_linked_customer_reads_points_long_after_the_proof(
    door: ShopDoor, far: StandIn, shop: Shop, member: Caller
) -> None:
    def points(request: httpx.Request) -> httpx.Response:
        if request.headers["customer-session"] != "fresh":
            return problem("session-required", 401, required_aal=1)
        return httpx.Response(200, json={"balance": 7})

    far.tell(POINTS, points)
    far.tell(SESSIONS, {**OPENED, "session": "fresh", "aal": 1})
    linked = replace(member, trust=Trust.LINKED)
    assert (await door.answer(MyPoints(), linked)).balance == 7
    assert json.loads(far.last(SESSIONS).content)["aal"] == 1
    shop.cache.forget_member("m-1")
    await door.answer(MyPoints(), linked)
    assert (far.times(SESSIONS), far.times(POINTS)) == (1, 3)


async def test_what_needs_more_proof_than_there_is_says_so(
    door: ShopDoor, far: StandIn, member: Caller, stranger: Caller
) -> None:
    far.tell(POINTS, problem("step-up-required", 401, required_aal=2))
    far.tell(SESSIONS, {**OPENED, "session": "level-1", "aal": 1})
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), replace(member, trust=Trust.LINKED))
    far.tell(SESSIONS, problem("not-supported", 501))
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), replace(member, session=None))
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), stranger)
    far.tell(POINTS, {"balance": 7})
    assert (await door.answer(MyPoints(), member)).balance == 7


async def test_who_logs_out_leaves_no_session_open(
    identity: IdentityDoor, door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell(VERIFY, OPENED)
    far.tell(SESSIONS, {**OPENED, "session_id": "of the channel"})
    far.tell("DELETE /identity/sessions/s", httpx.ReadTimeout("slow"))
    far.tell("DELETE /identity/sessions/of%20the%20channel", httpx.Response(204))
    await identity.perform(TYPED, "k", stranger)
    await identity.vouch(PHONE_ACCOUNT, Credential("member_id", "m-1"))
    door.forget(Account("line", "somebody else"), None)
    for _ in range(2):
        door.forget(PHONE_ACCOUNT, "m-1")
    await door.close()
    assert far.times("DELETE /identity/sessions/of%20the%20channel") == 1
    assert far.times("DELETE /identity/sessions/s") == 2  # once more, since it failed


async def test_a_session_of_another_member_is_never_used(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    far.tell(SESSIONS, {**OPENED, "customer_id": "m-2"})
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), replace(member, session=None))


async def test_no_secret_is_logged_and_none_stands_in_an_address(
    identity: IdentityDoor,
    door: ShopDoor,
    far: StandIn,
    stranger: Caller,
    member: Caller,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = {"session": "secret-token", "phone": "+819000001001", "customer_id": 1}
    far.tell(LOOKUP, problem("invalid-request", 400, detail="+819000001001", fields=[]))
    far.tell(VERIFY, httpx.Response(200, json=broken))
    far.tell(POINTS, httpx.Response(200, json={"balance": "token-of-m-1 is broke"}))
    far.tell("GET /stores/x", httpx.ConnectError("down"))
    await identity.perform(LookUpMember("phone", "09000001001"), "k", stranger)
    faults = []
    for ask in (
        identity.perform(TYPED, "k", stranger),
        door.answer(MyPoints(), member),
        door.answer(StoreById("x"), stranger),
    ):
        with pytest.raises((Unavailable, OutcomeUnknown)) as fault:
            await ask
        faults.append(f"{fault.value!r} {fault.value.__cause__!r}")
    seen = "".join(capsys.readouterr()) + "".join(faults) + "".join(str(r.url) for r in far.asked)
    assert "backend.fault" in seen
    for secret in ("482913", "1001", "secret-token", "token-of-m-1", "U4af"):
        assert secret not in seen
