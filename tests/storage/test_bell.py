"""Whoever waits is woken."""

import asyncio

from bot.storage.bell import CALLS_AT_MOST, UNHEARD_AT_MOST, LocalBell
from tests.storage.counter import LONG
from tests.support.served import PATIENCE_SECONDS


async def test_all_who_wait_are_woken() -> None:
    bell = LocalBell()
    waiting = [asyncio.create_task(bell.wait("mailbox", LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring("mailbox")
    await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE_SECONDS)


async def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = LocalBell()
    bell.ring("mailbox")
    await asyncio.wait_for(bell.wait("mailbox", LONG), PATIENCE_SECONDS)


async def test_waiting_ends_when_the_time_is_up() -> None:
    bell = LocalBell()
    bell.ring("outbox")
    await asyncio.wait_for(bell.wait("mailbox", 0), PATIENCE_SECONDS)


async def test_rings_nobody_hears_do_not_pile_up() -> None:
    bell = LocalBell()
    for n in range(UNHEARD_AT_MOST + 1):
        bell.ring(str(n))
    waiting = asyncio.create_task(bell.wait("0", LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring("0")
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_each_call_wakes_one_worker() -> None:
    bell = LocalBell()
    waiting = [asyncio.create_task(bell.wait("mailbox", LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.call("mailbox")
    bell.call("mailbox")
    done, asleep = await asyncio.wait(
        waiting, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    assert (len(done), len(asleep)) == (2, 1)
    bell.call("mailbox")
    await asyncio.wait_for(asyncio.gather(*asleep), PATIENCE_SECONDS)


async def test_as_many_workers_look_as_were_called_while_nobody_waited() -> None:
    bell = LocalBell()
    for _ in range(CALLS_AT_MOST + 1):
        bell.call("mailbox")
    for _ in range(CALLS_AT_MOST):
        await asyncio.wait_for(bell.wait("mailbox", LONG), PATIENCE_SECONDS)
    waiting = asyncio.create_task(bell.wait("mailbox", LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.call("mailbox")
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)
