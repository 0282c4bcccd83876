"""Members proven by the JWT of the shop's page."""

import base64
import json
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.channel.memory import InMemoryCounter
from bot.errors import Misconfigured, Unavailable, UnknownMember
from connectors.webchat.conftest import SECRET, of_type
from connectors.webchat.identity import IdentityKey, InvalidIdentity

RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def claims(sub: object = "m-1", **changed: object) -> dict[str, object]:
    return {"sub": sub, "exp": datetime.now(UTC) + timedelta(hours=1), **changed}


def signed(sub: object = "m-1", **changed: object) -> str:
    return jwt.encode(claims(sub, **changed), SECRET, "HS256")


def unsigned(claims: str) -> str:
    parts = ('{"alg":"none","typ":"JWT"}', claims)
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode() for part in parts) + "."


FORGED = [
    "no jwt",
    jwt.encode(claims(), "another secret that is long enough for it", "HS256"),
    jwt.encode(claims(), SECRET.encode() * 2, "HS512"),
    unsigned(json.dumps({"sub": "m-1", "exp": 4102444800})),
    signed(exp=datetime.now(UTC) - timedelta(seconds=5)),
    jwt.encode({"sub": "m-1"}, SECRET, "HS256"),
    jwt.encode({"exp": 4102444800}, SECRET, "HS256"),
    signed(sub=""),
    signed(sub="x" * 129),
    jwt.encode({"sub": "m-1", "exp": "soon"}, SECRET, "HS256"),
]


async def write(visitor: httpx.AsyncClient, client_id: str = "1") -> None:
    await visitor.post("/webchat/messages", json={"client_id": client_id, "text": "hi"})


async def test_a_page_can_open_the_chat_for_its_member(
    page: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    opened = await page.post("/webchat/sessions", json={"identity": signed()})
    assert opened.status_code == 201
    assert list(counter.members.values()) == ["m-1"]


async def test_a_visitor_who_logs_in_keeps_the_conversation(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await write(visitor)
    before = (await visitor.get("/webchat/messages")).json()["items"]
    assert (await visitor.post("/webchat/identify", json={"identity": signed()})).status_code == 200
    assert counter.members == {counter.accepted[0].account: "m-1"}
    assert (await visitor.get("/webchat/messages")).json()["items"] == before


async def test_another_member_on_the_same_page_starts_afresh(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await visitor.post("/webchat/identify", json={"identity": signed("m-1")})
    await write(visitor, "1")
    old = (await visitor.get("/webchat/messages")).json()["cursor"]
    changed = await visitor.post("/webchat/identify", json={"identity": signed("m-2")})
    assert (await visitor.get("/webchat/messages")).json()["items"] == []
    await write(visitor, "1")
    first, second = counter.accepted
    assert first.account != second.account
    assert counter.members[second.account] == "m-2"
    for cursor in (changed.json()["cursor"], old):
        timeline = await visitor.get("/webchat/messages", params={"after": cursor})
        assert [item["text"] for item in timeline.json()["items"]] == ["hi"]


@pytest.mark.parametrize("identity", FORGED)
async def test_a_forged_or_expired_identity_changes_nothing(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, identity: str
) -> None:
    await visitor.post("/webchat/identify", json={"identity": signed("m-1")})
    before = dict(counter.members)
    refused = await visitor.post("/webchat/identify", json={"identity": identity})
    assert refused.status_code == 401
    assert of_type(refused, "invalid-identity")
    assert counter.members == before
    assert (await visitor.get("/webchat/messages")).status_code == 200


@pytest.mark.parametrize("identity", FORGED)
async def test_no_session_opens_on_a_forged_identity(
    page: httpx.AsyncClient, counter: InMemoryCounter, identity: str
) -> None:
    refused = await page.post("/webchat/sessions", json={"identity": identity})
    assert refused.status_code == 401
    assert counter.members == {}


async def test_a_member_the_shop_does_not_have_is_no_identity(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*args: object, **options: object) -> None:
        raise UnknownMember("not-found")

    monkeypatch.setattr(counter, "identify", nobody)
    for path in ("identify", "sessions"):
        refused = await visitor.post(f"/webchat/{path}", json={"identity": signed()})
        assert refused.status_code == 401
        assert of_type(refused, "invalid-identity")
    assert (await visitor.get("/webchat/messages")).status_code == 200


async def test_a_shop_that_does_not_answer_changes_nothing(
    visitor: httpx.AsyncClient, counter: InMemoryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*args: object, **options: object) -> None:
        raise Unavailable("the backend is down")

    monkeypatch.setattr(counter, "identify", silent)
    for path in ("identify", "sessions"):
        refused = await visitor.post(f"/webchat/{path}", json={"identity": signed()})
        assert refused.status_code == 503
        assert of_type(refused, "unavailable")
        assert refused.headers["retry-after"] == "5"
    assert (await visitor.get("/webchat/messages")).status_code == 200


def test_public_keys_check_the_algorithm_of_their_kind() -> None:
    assert IdentityKey(pem(RSA)).prove(jwt.encode(claims(), RSA, "RS256")) == "m-1"
    assert IdentityKey(pem(P256)).prove(jwt.encode(claims(), P256, "ES256")) == "m-1"


def test_a_public_key_is_never_taken_for_a_secret() -> None:
    # PyJWT refuses to sign this; an attacker would not.
    head, body = (
        base64.urlsafe_b64encode(part).rstrip(b"=")
        for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"m-1","exp":4102444800}')
    )
    mac = jwt.get_algorithm_by_name("HS256")
    signature = mac.sign(head + b"." + body, pem(RSA).encode())
    forged = b".".join([head, body, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()
    with pytest.raises(InvalidIdentity):
        IdentityKey(pem(RSA)).prove(forged)


@pytest.mark.parametrize(
    "key",
    [
        "-----BEGIN PUBLIC KEY-----\nnothing\n-----END PUBLIC KEY-----\n",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
    ],
)
def test_a_key_we_cannot_check_with_stops_the_start(key: str) -> None:
    with pytest.raises(Misconfigured):
        IdentityKey(key)
