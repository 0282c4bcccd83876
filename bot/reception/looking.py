"""Asking the doors what a turn needs to know."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.dialogue.engine import resume
from bot.dialogue.state import Turn
from bot.dialogue.steps import LookUp
from bot.ports import Caller
from bot.reception.house import Counterhand
from bot.shopfront.base import Query

READ_BUDGET = timedelta(seconds=4)


async def looked_up(
    house: Counterhand, turn: Turn, need: LookUp, caller: Caller, until: datetime
) -> Turn:
    """Look up what the turn needs by then (real time), and let it go on. Raises `Fault`."""
    asking = replace(caller, language=turn.customer.language, deadline=until)
    found = await _answers(house, need.queries, asking)
    return resume(turn, found, turn.customer, house.skills)


async def _answers(
    house: Counterhand, queries: Sequence[Query[Any]], caller: Caller
) -> tuple[object, ...]:
    answers = [house.doors[query.door].answer(query, caller) for query in queries]
    found = await asyncio.gather(*answers, return_exceptions=True)
    for answer in found:
        if isinstance(answer, BaseException):
            raise answer
    return tuple(found)
