"""What channels ask of the counter while something goes wrong, or has happened already."""

from __future__ import annotations

import asyncio

import pytest

from bot.counter import FrontDesk
from bot.customers.linking import Credential
from bot.errors import Unavailable, UnknownMember
from bot.messages import Account
from bot.ports import Proof
from tests.faults.house import House
from tests.storage.counter import LONG, WEB, proof, words
from tests.support.served import PATIENCE_SECONDS


def front_desk(house: House, *faults: Exception) -> FrontDesk:
    left = list(faults)

    async def vouch(account: Account, credential: Credential) -> Proof:
        if left:
            raise left.pop(0)
        return proof(credential.value)

    storage = house.storage
    return FrontDesk(
        mailbox=storage.mailbox,
        timeline=storage.timeline,
        customers=storage.customers,
        bell=storage.bell,
        vouch=vouch,
        forget=lambda account, member: None,
        now=house.clock.real,
        linking=storage.linking,
        channels={},
    )


async def test_nobody_waits_for_what_is_there_already(house: House) -> None:
    desk = front_desk(house)
    await house.hears("hello")
    for _ in range(2):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await desk.wait(WEB, 0, LONG)


async def test_a_shop_that_cannot_vouch_changes_nothing(house: House) -> None:
    desk = front_desk(house, Unavailable("identity"), UnknownMember("not-found"))
    await house.hears("hello")
    await house.storage.customers.prove(WEB, proof("m1"), by="channel")
    for fault in (Unavailable, UnknownMember):
        with pytest.raises(fault):
            await desk.identify(WEB, "m2")
    assert await house.storage.customers.member_of(WEB) == "m1"
    assert words(await desk.timeline(WEB, 0)) == ["hello", "hello"]
