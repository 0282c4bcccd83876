"""Operations 39 and 40: finding a member and sending a one-time code.

All times here are real time. Nothing an answer says or how long it takes tells whether a member
exists: a stranger gets ways to be reached and challenges just like a member.
"""

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import in_tokyo, real_time
from backend.conventions.access import Settings, database_of
from backend.conventions.bodies import Body
from backend.conventions.effects import Effecting, EffectRoute
from backend.conventions.problems import invalid, not_found
from backend.conventions.routes import ContractRoute
from backend.customers.access import count_attempt, forget_old_attempts
from backend.customers.code_sink import CodeSink, SentCode
from backend.customers.contacts import normal_email, normal_member_no, normal_phone
from backend.customers.lookup_channels import LookupChannel, decoy_channels, member_channels
from backend.customers.one_time_codes import (
    CODE_LIFETIME,
    RESEND_AFTER,
    TRIES,
    keyed_hash,
    new_code,
)
from backend.database import Database
from backend.tables import IdentityChallenge, IdentityLookup, Member

lookups = APIRouter(tags=["identity"], route_class=ContractRoute)
challenges = APIRouter(tags=["identity"], route_class=EffectRoute)

LOOKUP_LIFETIME = timedelta(minutes=10)
HOUR = timedelta(hours=1)
CODES_AN_HOUR = 10


def code_sink_of(request: Request) -> CodeSink:
    """Where this app sends one-time codes."""
    sink: CodeSink = request.app.state.code_sink
    return sink


Codes = Annotated[CodeSink, Depends(code_sink_of)]
Store = Annotated[Database, Depends(database_of)]


class MemberLookup(Body):
    """One thing a member is known by."""

    member_no: str | None = Field(None, min_length=1, max_length=64)
    phone: str | None = Field(None, min_length=1, max_length=32)
    email: str | None = Field(None, min_length=1, max_length=254)

    @model_validator(mode="after")
    def one_way(self) -> "MemberLookup":
        """Raises ValueError unless exactly one is given."""
        if sum(value is not None for value in (self.member_no, self.phone, self.email)) != 1:
            raise ValueError("give exactly one of member_no, phone and email")
        return self

    def normal(self) -> tuple[Literal["member_no", "phone", "email"], str]:
        """Which one it is and how it is compared; Problem (invalid-request) if it cannot be."""
        if self.member_no is not None:
            return "member_no", normal_member_no(self.member_no)
        if self.phone is not None:
            phone = normal_phone(self.phone)
            if phone is None:
                raise invalid("/phone", "phone")
            return "phone", phone
        email = normal_email(self.email or "")
        if email is None:
            raise invalid("/email", "email")
        return "email", email


class LookupAnswer(BaseModel):
    """Ways to send a code, masked; of a member or of nobody."""

    lookup_id: str
    channels: list[LookupChannel]


@lookups.post("/customers/lookup")
async def look_up_member(
    asked: MemberLookup, settings: Settings, database: Store, sink: Codes
) -> LookupAnswer:
    """Find the ways a member can be reached."""
    by, value = asked.normal()
    now = real_time()
    key = settings.secret.encode()
    subject = keyed_hash(key, "subject", by, value)
    decoys = decoy_channels(by, value, key, sink.kinds)
    async with database.writing() as session, session.begin():
        member = await _only_member(session, by, value)
        known = member_channels(member.phone, member.email, sink.kinds) if member else ()
        lookup = IdentityLookup(
            id=str(uuid.uuid4()),
            member_id=member.id if member and known else None,
            channels=[{"id": way.id, "subject": subject} for way in known or decoys],
            expires_at=now + LOOKUP_LIFETIME,
        )
        session.add(lookup)
        await _forget_old(session, now)
    return LookupAnswer(lookup_id=lookup.id, channels=list(known or decoys))


async def _only_member(session: AsyncSession, by: str, value: str) -> Member | None:
    column = {"member_no": Member.member_no_key, "phone": Member.phone, "email": Member.email}[by]
    found = list(await session.scalars(select(Member).where(column == value).limit(2)))
    # A contact two members share proves neither.
    return found[0] if len(found) == 1 else None


async def _forget_old(session: AsyncSession, now: datetime) -> None:
    over = now - timedelta(days=1)
    await session.execute(delete(IdentityChallenge).where(IdentityChallenge.expires_at < over))
    # A challenge outlives its look-up by minutes; it goes first.
    used = exists().where(IdentityChallenge.lookup_id == IdentityLookup.id)
    await session.execute(delete(IdentityLookup).where(IdentityLookup.expires_at < over, ~used))
    await forget_old_attempts(session)


class ChallengeRequest(Body):
    """Send a code this way, to be typed by this user of a channel."""

    lookup_id: str = Field(max_length=64)
    channel_id: str = Field(max_length=64)
    channel_user_ref: str = Field(min_length=1, max_length=200)


class ChallengeView(BaseModel):
    """A code is on its way; the seconds it lasts and until another may be asked for."""

    challenge_id: str
    expires_in: int
    resend_after: int


@challenges.post("/identity/challenges", status_code=201)
async def send_code(
    asked: ChallengeRequest,
    settings: Settings,
    session: Effecting,
    sink: Codes,
    later: BackgroundTasks,
) -> ChallengeView:
    """Send a one-time code to a contact on file; it leaves after the challenge is stored."""
    now = real_time()
    key = settings.secret.encode()
    lookup = await session.get(IdentityLookup, asked.lookup_id)
    if lookup is None or lookup.expires_at <= now:
        raise not_found("lookup")
    subjects = {way["id"]: str(way["subject"]) for way in lookup.channels}
    if asked.channel_id not in subjects:
        raise not_found("channel")
    await _not_too_often(session, asked, subjects[asked.channel_id])
    code = new_code()
    challenge = IdentityChallenge(
        id=str(uuid.uuid4()),
        lookup_id=lookup.id,
        member_id=lookup.member_id,
        channel_id=asked.channel_id,
        channel_user_ref=asked.channel_user_ref,
        attempts_left=TRIES,
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    challenge.code_hash = keyed_hash(key, challenge.id, code)
    session.add(challenge)
    member = await session.get(Member, lookup.member_id) if lookup.member_id else None
    to = member and (member.phone if asked.channel_id == "sms" else member.email)
    if to:
        at = in_tokyo(now).isoformat()
        later.add_task(sink.send, SentCode(to, asked.channel_id, code, at))
    return ChallengeView(
        challenge_id=challenge.id,
        expires_in=int(CODE_LIFETIME.total_seconds()),
        resend_after=int(RESEND_AFTER.total_seconds()),
    )


async def _not_too_often(session: AsyncSession, asked: ChallengeRequest, subject: str) -> None:
    again = f"code again {asked.channel_id} {subject}"
    await count_attempt(session, again, limit=1, window=RESEND_AFTER, slug="rate-limited")
    for counted in (subject, asked.channel_user_ref):
        key = f"codes {counted}"
        await count_attempt(session, key, limit=CODES_AN_HOUR, window=HOUR, slug="rate-limited")
