"""Who a member is."""

from __future__ import annotations

from bot.shop import stores
from bot.shop.asking import Asking, Resource
from bot.shop.cache import POINTS
from bot.shop.wire import Wire
from bot.shopfront.membership import MemberProfile, MyProfile

MEMBERS = Resource("identity", POINTS)


class ContactsWire(Wire):
    phone: str | None = None
    email: str | None = None


class MemberWire(Wire):
    display_name: str | None = None
    name: str | None = None
    name_kana: str | None = None
    member_no_masked: str | None = None
    rank: str | None = None
    home_store_id: str | None = None
    language: str | None = None
    contacts: ContactsWire | None = None


async def my_profile(_: MyProfile, asking: Asking) -> MemberProfile | None:
    """The member as the shop knows them, with the name of their usual store."""
    found = await asking.find(MEMBERS, ("customers", asking.member), MemberWire, mine=True)
    if found is None:
        return None
    told, contacts = found.value, found.value.contacts or ContactsWire()
    store = told.home_store_id
    names = await stores.named(asking, (store,)) if store else {}
    return MemberProfile(
        name=told.display_name or told.name or "",
        name_kana=told.name_kana,
        member_no=told.member_no_masked,
        rank=told.rank,
        usual_store=names.get(store or ""),
        language=told.language,
        phone=contacts.phone,
        email=contacts.email,
        as_of=found.as_of,
        stale=found.stale,
    )
