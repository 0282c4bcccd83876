"""Every tap is acknowledged, once: until then the customer's button shows that it waits."""

from __future__ import annotations

import structlog
from telegram.error import BadRequest, TelegramError

from connectors.telegram.api import Api
from connectors.telegram.handles import callback_of
from connectors.telegram.recent import Recent

log = structlog.get_logger(__name__)

REMEMBERED = 10_000


class Callbacks:
    """Answers callback queries and remembers which are answered."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._answered = Recent[None](REMEMBERED)

    async def answer(self, reply: str | None) -> bool:
        """Acknowledge the tap this handle belongs to; whether there was one to acknowledge.

        Never raises.
        """
        query = callback_of(reply)
        if query is None or query in self._answered:
            return False
        self._answered[query] = None
        try:
            await self._api.answer_callback_query(query)
        except BadRequest:
            log.info("telegram.callback_too_old")  # nobody sees that button wait any more
        except TelegramError as fault:
            self._answered.pop(query, None)
            log.info("telegram.callback_not_answered", fault=type(fault).__name__)
        return True
