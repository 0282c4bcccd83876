"""Which reply tokens are still good, as far as this process knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.channel import Envelope
from connectors.line.handles import REPLY_LIFE, Handle

REMEMBERED = 1000


class ReplyTokens:
    """Remembers tokens that are used up, and those whose call was not answered.

    `now` is real time.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._spent: dict[str, datetime] = {}
        self._doubts: dict[str, tuple[datetime, tuple[str, ...]]] = {}

    def fresh(self, batch: Iterable[Envelope]) -> list[str]:
        """The tokens of these messages that may be used now, each once, oldest first."""
        now = self._now()
        handles = (Handle.load(reply) for reply in dict.fromkeys(e.reply for e in batch))
        return [
            handle.reply_token
            for handle in handles
            if handle and handle.reply_token and now < handle.until
            if handle.reply_token not in self._spent
        ]

    def spend(self, token: str) -> None:
        """This token is used up."""
        self._doubts.pop(token, None)
        self._spent[token] = self._now()
        if len(self._spent) > REMEMBERED:
            old = self._now() - REPLY_LIFE
            self._spent = {each: at for each, at in self._spent.items() if at > old}

    def doubt(self, token: str, pieces: tuple[str, ...]) -> None:
        """A reply with these pieces was not answered: it may have gone out."""
        self._doubts[token] = (self._now(), pieces)
        if len(self._doubts) > REMEMBERED:
            old = self._now() - REPLY_LIFE
            self._doubts = {each: kept for each, kept in self._doubts.items() if kept[0] > old}

    def doubted(self, token: str) -> tuple[str, ...]:
        """What may have gone out with this token already."""
        return self._doubts[token][1] if token in self._doubts else ()
