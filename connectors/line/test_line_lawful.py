"""Whatever the counter sends, LINE takes at once: nothing depends on its refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Envelope
from bot.messages import Account
from bot.messages.outbound import Outbound
from connectors.line import limits
from connectors.line.bubbles import bubbles_of, calls
from connectors.line.objects import objects, plain
from simulators.line import rules
from tests.support.absurd import OUTBOUND, SHORT, URLS

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@settings(max_examples=80)
@given(
    st.lists(OUTBOUND, min_size=1, max_size=7),
    st.none() | SHORT,
    st.none() | URLS,
    st.none() | st.just("https://counter.example"),
    st.integers(0, 2),
)
def test_everything_that_is_sent_keeps_to_the_rules(
    contents: list[Outbound], name: str | None, picture: str | None, ours: str | None, replies: int
) -> None:
    account = Account("line", "U1")
    sent = [
        Envelope(str(number), account, "agent", content, NOW, name, picture)
        for number, content in enumerate(contents)
    ]
    bubbles = [bubble for envelope in sent for bubble in bubbles_of(envelope, ours)]
    for call in calls(bubbles, replies):
        lawful(objects(call))
        lawful([plain(bubble) for bubble in call])


def lawful(messages: list[dict[str, Any]]) -> None:
    """LINE takes these, and our own table agrees."""
    assert rules.faults(messages) == []
    assert limits.faults(messages) == []
