"""Which reply tokens are still good, as far as this process knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from bot.channel import Envelope
from connectors.line.handles import REPLY_LIFE, Handle

REMEMBERED = 1000


class ReplyTokens:
    """Remembers handles that are used up, and those whose call was not answered.

    `now` is real time.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._spent: dict[str, datetime] = {}
        self._doubts: dict[Handle, tuple[str, ...]] = {}

    def fresh(self, batch: Sequence[Envelope]) -> list[Handle]:
        """The handles of these messages that may be used now, each once.

        Their own come first, oldest first; then the newest of the account.
        """
        return [handle for handle in _handles(batch) if self._is_good(handle)]

    def used(self, batch: Sequence[Envelope]) -> tuple[str, ...]:
        """Those of them that are used up, as they were handed over."""
        handles = _handles(batch)
        return tuple(handle.dump() for handle in handles if handle.reply_token in self._spent)

    def spend(self, handle: Handle) -> None:
        """This one is used up."""
        self._doubts.pop(handle, None)
        self._spent[handle.reply_token or ""] = self._now()
        if len(self._spent) > REMEMBERED:
            old = self._now() - REPLY_LIFE
            self._spent = {each: at for each, at in self._spent.items() if at > old}

    def doubt(self, handle: Handle, pieces: tuple[str, ...]) -> None:
        """A reply with these pieces was not answered: it may have gone out."""
        self._doubts[handle] = pieces
        if len(self._doubts) > REMEMBERED:
            now = self._now()
            self._doubts = {each: kept for each, kept in self._doubts.items() if now < each.until}

    def doubted(self, pieces: Collection[str]) -> Handle | None:
        """With what one of these pieces may have gone out already, while it can be found out."""
        for handle, carried in self._doubts.items():
            if self._is_good(handle) and not set(pieces).isdisjoint(carried):
                return handle
        return None

    def carried(self, handle: Handle) -> tuple[str, ...]:
        """What may have gone out with this one already."""
        return self._doubts.get(handle, ())

    def _is_good(self, handle: Handle) -> bool:
        token = handle.reply_token
        return token is not None and token not in self._spent and self._now() < handle.until


def _handles(batch: Iterable[Envelope]) -> list[Handle]:
    texts = [each.reply for each in batch] + [each.newest for each in batch]
    return [handle for text in dict.fromkeys(texts) if (handle := Handle.load(text))]
