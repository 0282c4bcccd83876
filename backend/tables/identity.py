"""Who a customer is: look-ups, one-time codes, sessions, channel links.

These times are real time, never the business clock.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class IdentityLookup(Base):
    """A search for a member; `member_id` None is a decoy of the same shape."""

    __tablename__ = "identity_lookups"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    channels: Mapped[list[JsonObject]] = mapped_column(Json, default=list)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityChallenge(Base):
    """A one-time code that was sent; only its hash is kept."""

    __tablename__ = "identity_challenges"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    lookup_id: Mapped[str] = mapped_column(ForeignKey("identity_lookups.id"), index=True)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    channel_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    channel_user_ref: Mapped[str]
    code_hash: Mapped[str]
    attempts_left: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdentitySession(Base):
    """A Customer-Session: of a member, or of a guest for one order (`order_id`)."""

    __tablename__ = "identity_sessions"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    channel_user_ref: Mapped[str] = mapped_column(index=True)
    aal: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChannelLink(Base):
    """One user of a channel belongs to one member."""

    __tablename__ = "channel_links"
    __table_args__ = (Index("ix_channel_links_customer_id", "customer_id", "channel"),)

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    channel_user_ref: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkNonce(Base):
    """A single-use nonce the retailer's log-in page made for account linking."""

    __tablename__ = "link_nonces"

    nonce_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Base):
    """How often something guessable was tried, by a key such as order number and channel user."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
