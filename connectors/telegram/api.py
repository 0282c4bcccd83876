"""The Bot API, by python-telegram-bot. Imported on first use: it costs 0.4 s and 34 MB."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from telegram import Bot
from telegram.request import HTTPXRequest

# Without this the library warns at every `RetryAfter` that its numbers will become timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
CONNECTIONS = 32

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates there is a use for."""


class Api(Bot):
    """The library's `Bot`, with the updates as the platform wrote them."""

    async def raw_updates(self, offset: int | None, seconds: int) -> Sequence[Any]:
        """Wait so long for updates from `offset` on, which confirms all before it.

        `Bot.get_updates` gives objects: one update of a shape the library does not expect would
        keep all those behind it from ever being read.
        """
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": KINDS}
        found = await self._post("getUpdates", asked, read_timeout=seconds + ANSWER_SECONDS)
        return found if isinstance(found, list) else ()

    async def hang_up(self) -> None:
        """Let go of the connections; `shutdown` would, had `initialize` been awaited."""
        await self.request.shutdown()


def open_api(token: str, base: str) -> Api:
    """The API at `base` (`scheme://host[:port]`). Calls nobody."""
    # One pool for all: polling takes a single connection of it.
    requests = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_SECONDS,
        pool_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
    )
    return Api(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=requests,
        get_updates_request=requests,
    )
