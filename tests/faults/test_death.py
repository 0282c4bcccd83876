"""A process ends between any two steps of a turn, and another one goes on."""

from __future__ import annotations

import asyncio

import pytest

from bot.messages import Account
from tests.faults.house import CODE, STOCK, Died, Fate, House
from tests.storage.counter import LINE, proof

ENDS = [pytest.param(Died, id="killed"), pytest.param(asyncio.CancelledError, id="stopped")]


async def ended(house: House, at: int, how: type[BaseException]) -> Fate:
    """Serve until the fate is met; where it comes too late for this talk, to the end."""
    fate = Fate(at, how)
    try:
        await house.serve(house.reception(fate))
    except (Died, asyncio.CancelledError):
        assert fate.met
    # Who is asked to stop gives the claim back, except in the very moment of getting it.
    if how is Died or fate.steps[-1] in ("after claim", "before release"):
        house.clock.passes(seconds=31)
    await house.serve()
    return fate


@pytest.mark.parametrize("how", ENDS)
async def test_the_last_piece_is_put_aside_once_and_said_so(
    house: House, how: type[BaseException]
) -> None:
    for at in range(100):
        account = Account("webchat", f"c{at}")
        house.shop.shelf["runner-27", "shibuya"] = 1
        await house.hears(STOCK, account=account)
        acted = len(house.shop.outcomes)
        await house.write("yes", account=account)
        fate = await ended(house, at, how)
        where = fate.steps[-1]
        said = await house.answers(account)
        assert said[2:] == [f"held as H-{acted + 1}"], where
        assert len(house.shop.outcomes) == acted + 1, where
        assert house.shop.shelf["runner-27", "shibuya"] == 0, where
        if not fate.met:
            return
    raise AssertionError("a turn has fewer steps")


@pytest.mark.parametrize("how", ENDS)
async def test_a_code_proves_once_and_the_waiting_question_is_answered(
    house: House, how: type[BaseException]
) -> None:
    await house.storage.customers.prove(LINE, proof("m1"), by="code")
    for at in range(100):
        account = Account("webchat", f"c{at}")
        await house.hears("points", account=account)
        acted = len(house.shop.outcomes)
        await house.write(CODE, account=account)
        fate = await ended(house, at, how)
        where = fate.steps[-1]
        assert (await house.answers(account))[1:] == ["thank you", "1280 points"], where
        assert len(house.shop.outcomes) == acted + 1, where
        if not fate.met:
            return
    raise AssertionError("a turn has fewer steps")


@pytest.mark.parametrize("how", ENDS)
async def test_questions_are_answered_once(house: House, how: type[BaseException]) -> None:
    for at in range(100):
        account = Account("line", f"c{at}")
        await house.write(STOCK, "no", "hello", account=account)
        fate = await ended(house, at, how)
        said = await house.answers(account)
        expected = ["there are 3", "put runner-27 aside?", "left on the shelf", "hello"]
        assert said == expected, fate.steps[-1]
        if not fate.met:
            return
    raise AssertionError("a turn has fewer steps")
