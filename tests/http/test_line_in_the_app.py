"""LINE and the real app: what people write on their phones, and what they read there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.nlu import Linear
from simulators.line import LineSimulator
from tests.support.line import SECRET, TOKEN, answered, ask, line_at, tap, until
from tests.support.real_app import serving
from tests.support.small_shop import ASK

pytestmark = pytest.mark.asyncio(loop_scope="module")
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line(
    tmp_path_factory: pytest.TempPathFactory, engine: Linear
) -> AsyncIterator[LineSimulator]:
    """LINE, with a webhook that leads to the app."""
    folder = tmp_path_factory.mktemp("line")
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with (
            line_at() as (simulator, base),
            serving(
                folder,
                engine,
                monkeypatch,
                LINE_CHANNEL_SECRET=SECRET,
                LINE_ACCESS_TOKEN=TOKEN,
                LINE_API_BASE=base,
                LINE_DATA_API_BASE=base,
            ) as client,
        ):
            simulator.webhook.address = str(client.base_url).rstrip("/")
            yield simulator


async def test_a_question_is_answered_by_a_free_reply(line: LineSimulator) -> None:
    before = len(line.calls(PUSH))
    answer = await ask(line.phone("stock"), ASK)
    assert "渋谷店" in "".join(answer)
    assert len(line.calls(PUSH)) == before
