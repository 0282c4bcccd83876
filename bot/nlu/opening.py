"""Opens the understanding that the settings ask for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.config import Settings
from bot.dialogue.heard import Expecting
from bot.nlu.linear import Linear
from bot.nlu.listener import Listener
from bot.nlu.rasa import CONNECTIONS, QueryToken, Rasa
from bot.nlu.reading import Reader
from bot.nlu.shadow import Shadow
from bot.ports import Clock, Lexicon

DISAGREEMENTS = Path("var") / "nlu_shadow.yml"


@asynccontextmanager
async def open_nlu(settings: Settings, linear: Linear, clock: Clock) -> AsyncIterator[Listener]:
    """The engine that is set, `linear` as its spare, and the other one listening if wished."""
    config = settings.bot.nlu
    # Dictionaries and weights are read now, not with the first customer.
    linear.load()
    await _own(settings, linear).read("こんにちは", Expecting(), Lexicon())
    async with contextlib.AsyncExitStack() as stack:
        reader = await stack.enter_async_context(open_reader(settings, linear))
        spare = None if reader.engine == linear.name else _own(settings, linear)
        shadow = None
        if config.shadow:
            other = await stack.enter_async_context(
                open_reader(settings, linear, engine=config.shadow)
            )
            shadow = Shadow(other, DISAGREEMENTS)
            listening = asyncio.create_task(shadow.run())
            stack.push_async_callback(_stopped, listening)
        yield Listener(reader, clock, spare, shadow)


@asynccontextmanager
async def open_reader(
    settings: Settings, linear: Linear, engine: str | None = None
) -> AsyncIterator[Reader]:
    """One engine by its name, with no spare: the one that is set unless another is named."""
    if (engine or settings.engine) == linear.name:
        yield _own(settings, linear)
        return
    async with open_rasa(settings, linear.common.intents) as rasa:
        yield Reader(linear.common, rasa, settings.bot.nlu.thresholds.rasa)


@asynccontextmanager
async def open_rasa(settings: Settings, intents: Sequence[str] = ()) -> AsyncIterator[Rasa]:
    """The Rasa server that is set, whether it answers or not."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    address = httpx.URL(settings.env.rasa_url)
    # A proxy is no way to this machine.
    elsewhere = address.host not in ("127.0.0.1", "localhost", "::1")
    async with httpx.AsyncClient(
        base_url=address, auth=QueryToken(settings.rasa_token), limits=limits, trust_env=elsewhere
    ) as http:
        yield Rasa(http, intents)


def _own(settings: Settings, linear: Linear) -> Reader:
    return Reader(linear.common, linear, settings.bot.nlu.thresholds.linear)


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
