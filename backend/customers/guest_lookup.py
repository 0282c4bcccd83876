"""Operation 16: somebody without a member's session proves that an order is theirs.

Whoever guesses learns nothing: an unknown number and a wrong proof are answered alike.
"""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conventions.access import Settings, database_of
from backend.conventions.bodies import Body
from backend.conventions.problems import not_found
from backend.conventions.routes import ContractRoute
from backend.customers.access import count_attempt, new_token, open_session
from backend.customers.contacts import (
    digits_of,
    normal_email,
    normal_name,
    normal_order_no,
    normal_phone,
)
from backend.customers.identity_views import SessionView, session_members
from backend.customers.one_time_codes import keyed_hash
from backend.database import Database
from backend.tables import Member, Order

router = APIRouter(tags=["orders"], route_class=ContractRoute)

WINDOW = timedelta(minutes=15)
TRIES_PER_ORDER = 5
# A second bound: many order numbers tried by one visitor with one guess each.
TRIES_PER_VISITOR = 20
# A third: one order number tried by many visitors, for whoever guesses may take many names.
TRIES_PER_NUMBER = 20
LIKE_NUMBERED = 10


class Proof(Body):
    """What shows that the order is yours: exactly one of the three ways."""

    phone_last4: str | None = Field(None, min_length=4, max_length=8)
    email: str | None = Field(None, max_length=254)
    postal_code: str | None = Field(None, max_length=16)
    name: str | None = Field(None, max_length=100)

    @model_validator(mode="after")
    def one_way(self) -> "Proof":
        """Raises ValueError unless exactly one way is given in full."""
        address = (self.postal_code is None, self.name is None)
        ways = [self.phone_last4 is not None, self.email is not None, address == (False, False)]
        if sum(ways) != 1 or len(set(address)) != 1:
            raise ValueError("give phone_last4, or email, or postal_code with name")
        return self


class GuestLookup(Body):
    """An order number and a proof."""

    order_no: str = Field(min_length=1, max_length=64)
    proof: Proof


class GuestSession(SessionView):
    """A session that may read one order and nothing else."""

    order_id: str


@router.post("/orders/lookup")
async def look_up_order(
    asked: GuestLookup,
    settings: Settings,
    database: Annotated[Database, Depends(database_of)],
    channel_user_ref: Annotated[str, Header(max_length=200)] = "",
) -> GuestSession:
    """Open a read-only session for one order; five tries a number and visitor in 15 minutes.

    A number has twenty tries of all visitors together. `phone_last4` proves only a guest's order:
    of a member's telephone the last four digits are shown to whoever looks the member up.
    The header `Channel-User-Ref` says which visitor asks; callers without it count as one.
    """
    key = settings.secret.encode()
    number = normal_order_no(asked.order_no)
    async with database.writing() as session, session.begin():
        await _count(session, key, channel_user_ref, number)
    async with database.writing() as session, session.begin():
        order = await _proven_order(session, asked, number)
        if order is None:
            raise not_found("order")
        token = new_token()
        opened = open_session(
            session,
            token=token,
            channel_user_ref=channel_user_ref,
            aal=1,
            order_id=order.id,
        )
        return GuestSession(order_id=order.id, **session_members(opened, token))


async def _count(session: AsyncSession, key: bytes, visitor: str, number: str) -> None:
    per_order = keyed_hash(key, "guest", visitor, number)
    await count_attempt(session, per_order, limit=TRIES_PER_ORDER, window=WINDOW, slug="locked")
    per_visitor = keyed_hash(key, "guest", visitor)
    await count_attempt(session, per_visitor, limit=TRIES_PER_VISITOR, window=WINDOW, slug="locked")
    per_number = keyed_hash(key, "guest number", number)
    await count_attempt(session, per_number, limit=TRIES_PER_NUMBER, window=WINDOW, slug="locked")


async def _proven_order(session: AsyncSession, asked: GuestLookup, number: str) -> Order | None:
    same = select(Order).where(Order.order_no_key == number).limit(LIKE_NUMBERED)
    for order in list(await session.scalars(same)):
        if asked.proof.phone_last4 is not None and order.customer_id is not None:
            continue
        contact = order.contact or await _contact_of_member(session, order.customer_id)
        if _proves(asked.proof, contact):
            return order
    return None


async def _contact_of_member(session: AsyncSession, member_id: str | None) -> dict[str, Any]:
    member = await session.get(Member, member_id) if member_id else None
    if member is None:
        return {}
    return {
        "name": member.name,
        "name_kana": member.name_kana,
        "phone": member.phone,
        "email": member.email,
        "postal_code": member.postal_code,
    }


def _proves(proof: Proof, contact: dict[str, Any]) -> bool:
    if proof.phone_last4 is not None:
        given = digits_of(proof.phone_last4)
        phone = normal_phone(contact.get("phone") or "")
        return phone is not None and len(given) == 4 and phone.endswith(given)
    if proof.email is not None:
        email = normal_email(contact.get("email") or "")
        return email is not None and email.lower() == (normal_email(proof.email) or "").lower()
    code = digits_of(contact.get("postal_code") or "")
    names = {normal_name(contact.get(field) or "") for field in ("name", "name_kana")} - {""}
    same_code = bool(code) and code == digits_of(proof.postal_code or "")
    return same_code and normal_name(proof.name or "") in names
