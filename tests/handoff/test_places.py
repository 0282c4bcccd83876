"""Who waits hears when their place moves: not too often, and not where it costs money."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.desk.places import Places
from bot.messages import Account
from bot.storage import Storage
from tests.handoff.office import Office
from tests.storage.counter import LINE, WEB

EVERY = timedelta(minutes=3)
FIRST, SECOND = Account("webchat", "first"), Account("webchat", "second")


def places(office: Office, storage: Storage | None = None) -> Places:
    """A process that looks how the queue moves."""
    kept = storage or office.storage
    return Places(kept.handoffs, office.clock, EVERY, {"webchat"})


async def moves(office: Office, *lookers: Places) -> None:
    """They look, and the bot says what is to be said."""
    await asyncio.gather(*(looker.look() for looker in lookers))
    await office.serve()


async def told(office: Office, account: Account = WEB) -> list[str]:
    """The first line of everything the bot has said."""
    return [said.splitlines()[0] for said in await office.said("bot", account)]


async def three_wait(office: Office, last: Account = WEB) -> tuple[str, str]:
    """Two before the last one; their talks."""
    talks = []
    for account in (FIRST, SECOND, last):
        talks.append(await office.waits(account))
        office.clock.passes(seconds=1)
    return talks[0], talks[1]


async def test_who_moves_up_is_told_the_new_place_once(office: Office, second: Storage) -> None:
    sato = await office.hires("sato")
    first, _ = await three_wait(office)
    before, lookers = await told(office), (places(office), places(office, second))
    await moves(office, *lookers)
    await office.talks.take(sato, first)
    office.clock.passes(seconds=EVERY.total_seconds())
    await office.stays(sato)
    for _ in range(2):
        await moves(office, *lookers)
    (new,) = (await told(office))[len(before) :]
    assert "2" in new


async def test_nobody_is_told_too_often(office: Office) -> None:
    sato = await office.hires("sato")
    first, second = await three_wait(office)
    looker, before = places(office), await told(office)
    await moves(office, looker)
    await office.talks.take(sato, first)
    await moves(office, looker)
    assert await told(office) == before, "they have just been told their place"
    await office.talks.take(sato, second)
    office.clock.passes(seconds=EVERY.total_seconds())
    await office.stays(sato)
    await moves(office, looker)
    (new,) = (await told(office))[len(before) :]
    assert "1" in new


async def test_who_stays_where_they_are_hears_nothing(office: Office) -> None:
    sato = await office.hires("sato")
    await three_wait(office)
    looker, before = places(office), await told(office)
    for _ in range(3):
        await office.stays(sato)
        await moves(office, looker)
        office.clock.passes(seconds=EVERY.total_seconds())
    assert await told(office) == before


async def test_where_writing_costs_money_the_place_is_told_when_asked(office: Office) -> None:
    sato = await office.hires("sato")
    first, _ = await three_wait(office, LINE)
    looker, before = places(office), await told(office, LINE)
    await moves(office, looker)
    await office.talks.take(sato, first)
    office.clock.passes(seconds=EVERY.total_seconds())
    await office.stays(sato)
    await moves(office, looker)
    assert await told(office, LINE) == before
