"""The port `Nlu`: one engine reads; while it does not answer, the spare one does."""

from __future__ import annotations

import asyncio

import structlog
from prometheus_client import Counter

from bot.breaker import Breaker
from bot.dialogue.heard import Expecting, Heard
from bot.errors import Unavailable
from bot.nlu.interpreting import hear
from bot.nlu.reading import Reader, Reading, is_blank
from bot.nlu.shadow import Shadow
from bot.ports import Clock, Lexicon

PATIENCE_SECONDS = 1.0
"""How long the engine may take for a message before the spare one reads it."""

FALLBACKS = Counter("madoguchi_nlu_fallbacks", "Messages that only the spare engine understood")

log = structlog.get_logger(__name__)


class Listener:
    """Understands messages; never raises for any text where there is a `spare`.

    `shadow` overhears what was read, and never answers. The operator is told when the engine goes
    away and when it is back: a log line each, a metric for every message between.
    """

    def __init__(
        self,
        reader: Reader,
        clock: Clock,
        spare: Reader | None = None,
        shadow: Shadow | None = None,
    ) -> None:
        self._reader = reader
        self._spare = spare
        self._shadow = shadow
        self._breaker = Breaker("nlu", clock)
        self._away = False

    async def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        """What the customer wants and tells. Raises `Unavailable` only without a spare."""
        reader, reading = await self._read(text, expecting, lexicon)
        if self._shadow and not reading.blank:
            self._shadow.overhear(reading, expecting, lexicon)
        return hear(reading, expecting, reader.words, reader.thresholds)

    async def _read(
        self, text: str, expecting: Expecting, lexicon: Lexicon
    ) -> tuple[Reader, Reading]:
        if self._spare is None or is_blank(text):  # blanks are not asked about
            return self._reader, await self._reader.read(text, expecting, lexicon)
        try:
            with self._breaker.guarding():
                reading = await self._patiently(text, expecting, lexicon)
        except Unavailable as fault:
            FALLBACKS.inc()
            self._notice(fault)
            return self._spare, await self._spare.read(text, expecting, lexicon)
        self._notice(None)
        return self._reader, reading

    async def _patiently(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Reading:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._reader.read(text, expecting, lexicon)
        except TimeoutError:
            raise Unavailable(f"no answer in {PATIENCE_SECONDS:g} s") from None

    def _notice(self, fault: Unavailable | None) -> None:
        """Tell the operator once when the engine goes, once when it comes back."""
        if fault and not self._away:
            log.warning("nlu.away", engine=self._reader.engine, fault=str(fault))
        elif not fault and self._away:
            log.warning("nlu.back", engine=self._reader.engine)
        self._away = fault is not None
