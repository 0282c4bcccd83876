"""The web chat as a channel."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import degraded
from bot.channel.memory import InMemoryCounter
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text
from connectors import conformance
from connectors.webchat import InMemorySessions, Session, WebChat
from connectors.webchat.conftest import MovableClock

CHOICES = st.lists(st.builds(Choice, st.text(max_size=20), st.text(max_size=20)), max_size=5)
OUTBOUND: st.SearchStrategy[Outbound] = st.one_of(
    st.builds(Text, st.text(), CHOICES.map(tuple)),
    st.builds(Cards, st.lists(st.builds(Card, st.text()), max_size=5, min_size=1).map(tuple)),
    st.builds(Picture, st.text(), st.text()),
    st.builds(Place, st.text(), st.text(), st.just(34.7), st.just(135.5)),
)


@pytest.mark.parametrize("check", conformance.CHECKS)
async def test_the_web_chat_is_a_channel(check: conformance.Check, webchat: WebChat) -> None:
    await check(webchat)


@given(OUTBOUND)
def test_the_web_chat_shows_every_message_as_it_was_meant(outbound: Outbound) -> None:
    assert degraded(outbound, WebChat.abilities) == (outbound,)


class WatchedSessions(InMemorySessions):
    """Tells when it was purged."""

    def __init__(self) -> None:
        super().__init__()
        self.purged = asyncio.Event()

    async def purge(self, before: datetime) -> None:
        await super().purge(before)
        self.purged.set()


async def test_expired_sessions_do_not_stay(counter: InMemoryCounter, clock: MovableClock) -> None:
    sessions = WatchedSessions()
    await sessions.open(Session("old", "u1", None, clock.now - timedelta(days=1)))
    await sessions.open(Session("new", "u2", None, clock.now + timedelta(days=1)))
    work = asyncio.create_task(WebChat(sessions, now=clock).run(counter))
    await sessions.purged.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await sessions.find("old") is None
    assert await sessions.find("new") is not None
