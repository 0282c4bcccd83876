"""Whatever the counter sends, Telegram takes at once: nothing depends on its refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.request import HTTPXRequest

from bot.channel import Envelope, Sent
from bot.messages.outbound import Outbound
from connectors.telegram.api import Api
from connectors.telegram.callbacks import Callbacks
from connectors.telegram.conftest import envelope
from connectors.telegram.sending import Sender
from simulators.telegram import create_app
from tests.support.absurd import OUTBOUND, SHORT
from tests.support.telegram import TOKEN, Platform


@settings(max_examples=40)
@given(
    st.lists(OUTBOUND, min_size=1, max_size=3),
    st.none() | SHORT,
    st.sampled_from((5551, -5551, -1001234567890)),
)
def test_everything_that_is_sent_keeps_to_the_rules(
    contents: list[Outbound], name: str | None, chat: int
) -> None:
    batch = [
        envelope(content, to=chat, key=str(number), author="agent", name=name)
        for number, content in enumerate(contents)
    ]
    platform = Platform(TOKEN)
    platform.chat(chat, "private" if chat > 0 else "group").started = True
    assert asyncio.run(_sent(platform, batch)) == [Sent(each.key) for each in batch]
    refused = [call for call in platform.calls if call.status != 200]
    # What an address leads to only the platform finds out, which fetches it.
    assert [call for call in refused if not call.parameters.get("photo", "").endswith(".svg")] == []


async def _sent(platform: Platform, batch: Sequence[Envelope]) -> Sequence[object]:
    """The verdicts of a sender that speaks to the platform without a network."""
    options = {"transport": httpx.ASGITransport(create_app(platform))}
    request = HTTPXRequest(httpx_kwargs=options)
    api = Api(TOKEN, base_url="http://telegram/bot", request=request)
    try:
        return await Sender(api, Callbacks(api), None).send(batch)
    finally:
        await api.hang_up()
