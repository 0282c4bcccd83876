"""Operation 41 and what needs no code: sessions of members. All times are real time."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import real_time
from backend.conventions.access import Settings, database_of, token_hash
from backend.conventions.bodies import Body, Moment
from backend.conventions.problems import Problem, not_found
from backend.conventions.routes import ContractRoute
from backend.customers.access import new_token, open_session
from backend.customers.contacts import digits_of, normal_phone
from backend.customers.identity_views import MemberSession, session_members
from backend.customers.one_time_codes import Verdict, judge, keyed_hash
from backend.database import Database
from backend.tables import IdentityChallenge, IdentitySession, LinkNonce, Member

router = APIRouter(tags=["identity"], route_class=ContractRoute)

NONCE_LIFETIME = timedelta(minutes=10)
Store = Annotated[Database, Depends(database_of)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)]


class TypedCode(Body):
    """What the customer typed; full-width digits and blanks are all right."""

    code: str = Field(min_length=1, max_length=32)


@router.post("/identity/challenges/{challenge_id}/verify")
async def verify(
    challenge_id: str, typed: TypedCode, settings: Settings, database: Store, idempotency_key: Key
) -> MemberSession:
    """Turn the right code into a session of level 2; five wrong ones lock the challenge.

    The session's token comes from the challenge and the Idempotency-Key, so that the same call
    made twice answers the same without the token being stored anywhere.
    """
    key = settings.secret.encode()
    token = keyed_hash(key, "session", challenge_id, idempotency_key)
    async with database.writing() as session, session.begin():
        challenge = await session.get(IdentityChallenge, challenge_id, with_for_update=True)
        if challenge is None:
            raise not_found("challenge")
        verdict, opened = Verdict.RIGHT, await _opened_before(session, token)
        if opened is None:
            verdict = _tried(challenge, digits_of(typed.code), key)
        if opened is None and verdict is Verdict.RIGHT:
            opened = open_session(
                session,
                token=token,
                channel_user_ref=challenge.channel_user_ref,
                aal=2,
                customer_id=challenge.member_id,
            )
    if opened is None:
        raise _refusal(verdict, challenge.attempts_left)
    return MemberSession(customer_id=str(opened.customer_id), **session_members(opened, token))


async def _opened_before(session: AsyncSession, token: str) -> IdentitySession | None:
    same = IdentitySession.token_hash == token_hash(token)
    return await session.scalar(select(IdentitySession).where(same))


def _tried(challenge: IdentityChallenge, code: str, key: bytes) -> Verdict:
    now = real_time()
    verdict = judge(challenge, code, key, now)
    if verdict is Verdict.RIGHT:
        challenge.used_at = now
    elif challenge.attempts_left and verdict is not Verdict.EXPIRED:
        challenge.attempts_left -= 1
    return verdict


def _refusal(verdict: Verdict, attempts_left: int) -> Problem:
    match verdict:
        case Verdict.LOCKED:
            return Problem("locked")
        case Verdict.EXPIRED:
            return Problem("code-expired")
        case _:
            return Problem("code-wrong", attempts_left=attempts_left)


class SessionRequest(Body):
    """A member the service itself has proof of.

    Named by id, by a nonce for account linking, or by a telephone number a platform vouches for.
    """

    member_id: str | None = Field(None, max_length=64)
    nonce: str | None = Field(None, max_length=256)
    phone: str | None = Field(None, max_length=32)
    channel_user_ref: str = Field(min_length=1, max_length=200)
    aal: Literal[1, 2]

    @model_validator(mode="after")
    def one_way(self) -> "SessionRequest":
        """Raises ValueError unless exactly one way is given."""
        if sum(way is not None for way in (self.member_id, self.nonce, self.phone)) != 1:
            raise ValueError("give exactly one of member_id, nonce and phone")
        return self


@router.post("/identity/sessions", status_code=201)
async def open_member_session(asked: SessionRequest, database: Store) -> MemberSession:
    """A session for a member proven by JWT, account link or contact; a nonce works once."""
    token = new_token()
    async with database.writing() as session, session.begin():
        member_id = await _named(session, asked)
        if member_id is None or await session.get(Member, member_id) is None:
            raise not_found("member")
        opened = open_session(
            session,
            token=token,
            channel_user_ref=asked.channel_user_ref,
            aal=asked.aal,
            customer_id=member_id,
        )
    return MemberSession(customer_id=member_id, **session_members(opened, token))


async def _named(session: AsyncSession, asked: SessionRequest) -> str | None:
    """Whom the request means; nobody where several members share a number."""
    if asked.phone is None:
        return asked.member_id or await _redeem(session, asked.nonce or "")
    number = normal_phone(asked.phone)
    found = await session.scalars(select(Member.id).where(Member.phone == number).limit(2))
    members = found.all()
    return members[0] if number and len(members) == 1 else None


async def _redeem(session: AsyncSession, nonce: str) -> str | None:
    now = real_time()
    redeemed = await session.execute(
        update(LinkNonce)
        .where(LinkNonce.nonce_hash == token_hash(nonce))
        .where(LinkNonce.used_at.is_(None), LinkNonce.expires_at > now)
        .values(used_at=now)
        .returning(LinkNonce.member_id)
    )
    return redeemed.scalar_one_or_none()


@router.delete("/identity/sessions/{session_id}", status_code=204)
async def close_session(session_id: str, database: Store) -> Response:
    """Log out; a session that is over already stays so."""
    async with database.writing() as session, session.begin():
        await session.execute(delete(IdentitySession).where(IdentitySession.id == session_id))
    return Response(status_code=204)


class NonceRequest(Body):
    """The member that has just logged in on the retailer's page."""

    member_id: str = Field(max_length=64)


class Nonce(BaseModel):
    """A nonce for account linking, good once."""

    nonce: str
    expires_at: Moment


@router.post("/identity/link-nonces", status_code=201)
async def make_nonce(asked: NonceRequest, database: Store) -> Nonce:
    """Make a nonce the bot redeems for a session; called by the retailer's log-in page."""
    nonce, now = new_token(), real_time()
    async with database.writing() as session, session.begin():
        if await session.get(Member, asked.member_id) is None:
            raise not_found("member")
        await session.execute(delete(LinkNonce).where(LinkNonce.expires_at < now))
        made = LinkNonce(
            nonce_hash=token_hash(nonce), member_id=asked.member_id, expires_at=now + NONCE_LIFETIME
        )
        session.add(made)
    return Nonce(nonce=nonce, expires_at=made.expires_at)
