"""Operations 42 and 43: a member as far as the bot may know, and the channels of a member."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import real_time
from backend.conventions.access import Linked, Reading, Verified, database_of
from backend.conventions.bodies import Body, Moment
from backend.conventions.problems import not_found
from backend.conventions.routes import ContractRoute, fresh_for
from backend.customers.contacts import masked_email, masked_number, masked_phone
from backend.database import Database
from backend.tables import ChannelLink, IdentitySession, Member

router = APIRouter(tags=["customers"], route_class=ContractRoute)

Channel = Literal["line", "telegram", "web"]
Store = Annotated[Database, Depends(database_of)]


class MaskedContacts(BaseModel):
    """Contacts of which only the ends show."""

    phone: str | None
    email: str | None


class MemberView(BaseModel):
    """A member; numbers and contacts are masked."""

    customer_id: str
    display_name: str
    name_kana: str | None
    member_no_masked: str
    rank: str | None
    home_store_id: str | None
    language: str | None
    marketing_consent: bool
    contacts: MaskedContacts
    channels: list[str]


@router.get("/customers/{customer_id}", dependencies=[Depends(fresh_for(60))])
async def read_member(customer_id: str, asker: Linked, session: Reading) -> MemberView:
    """Who a member is."""
    asker.must_own(customer_id)
    member = await session.get(Member, customer_id)
    if member is None:
        raise not_found("customer")
    links = await session.scalars(
        select(ChannelLink.channel)
        .where(ChannelLink.customer_id == customer_id)
        .distinct()
        .order_by(ChannelLink.channel)
    )
    return MemberView(
        customer_id=member.id,
        display_name=member.name,
        name_kana=member.name_kana,
        member_no_masked=masked_number(member.member_no),
        rank=member.rank,
        home_store_id=member.home_store_id,
        language=member.language,
        marketing_consent=member.marketing_consent,
        contacts=MaskedContacts(
            phone=member.phone and masked_phone(member.phone),
            email=member.email and masked_email(member.email),
        ),
        channels=list(links),
    )


class LinkRequest(Body):
    """The user of the channel that is this member."""

    channel_user_ref: str = Field(min_length=1, max_length=200)


class LinkView(BaseModel):
    """One user of a channel belongs to one member."""

    customer_id: str
    channel: Channel
    channel_user_ref: str
    linked_at: Moment


@router.put("/customers/{customer_id}/channel-links/{channel}")
async def link_channel(
    customer_id: str, channel: Channel, asked: LinkRequest, asker: Verified, database: Store
) -> LinkView:
    """Link a channel's user to the member; from another member it moves, and is logged out there.

    Linking again changes nothing.
    """
    asker.must_own(customer_id)
    async with database.writing() as session, session.begin():
        link = await session.get(ChannelLink, (channel, asked.channel_user_ref))
        if link is not None and link.customer_id != customer_id:
            await _end_sessions(session, link.customer_id, [asked.channel_user_ref])
            await session.delete(link)
            await session.flush()
            link = None
        if link is None:
            link = ChannelLink(
                channel=channel,
                channel_user_ref=asked.channel_user_ref,
                customer_id=customer_id,
                linked_at=real_time(),
            )
            session.add(link)
    return LinkView(
        customer_id=customer_id,
        channel=channel,
        channel_user_ref=asked.channel_user_ref,
        linked_at=link.linked_at,
    )


@router.delete("/customers/{customer_id}/channel-links/{channel}", status_code=204)
async def unlink_channel(
    customer_id: str, channel: Channel, asker: Linked, database: Store
) -> Response:
    """Unlink the member from a channel and log the member out there."""
    asker.must_own(customer_id)
    async with database.writing() as session, session.begin():
        unlinked = await session.scalars(
            delete(ChannelLink)
            .where(ChannelLink.customer_id == customer_id, ChannelLink.channel == channel)
            .returning(ChannelLink.channel_user_ref)
        )
        await _end_sessions(session, customer_id, list(unlinked))
    return Response(status_code=204)


async def _end_sessions(session: AsyncSession, customer_id: str, users: list[str]) -> None:
    await session.execute(
        delete(IdentitySession).where(
            IdentitySession.customer_id == customer_id,
            IdentitySession.channel_user_ref.in_(users),
        )
    )
