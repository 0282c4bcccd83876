"""A real Rasa server beside the counter: it may die, be replaced and come back in mid-talk."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from structlog.testing import capture_logs

from bot.breaker import REST
from bot.clock import SystemClock
from bot.config import ROOT, load
from bot.dialogue.heard import Expecting
from bot.nlu import Linear, Listener, evaluate, listener, open_nlu, open_reader
from bot.ports import Lexicon
from tests.support.rasa import TOKEN, RasaServer
from tests.support.served import PATIENCE_SECONDS

pytestmark = pytest.mark.rasa

HELD_OUT = ROOT / "nlu_data" / "held_out"
BACK_SECONDS = REST.total_seconds() + PATIENCE_SECONDS
SAID = "渋谷店にソラの26.5cmのブラックありますか。電話は090-1234-5678です"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast this machine is, is not asked here."""
    monkeypatch.setattr(listener, "PATIENCE_SECONDS", PATIENCE_SECONDS)


@asynccontextmanager
async def counter(server: RasaServer, engine: Linear) -> AsyncIterator[Listener]:
    settings = load(server.settings, ROOT / "config.yml")
    async with open_nlu(settings, engine, SystemClock()) as nlu:
        yield nlu


async def test_a_server_that_is_killed_in_mid_talk_is_missed_by_nobody(
    mortal_rasa: RasaServer, engine: Linear
) -> None:
    async with counter(mortal_rasa, engine) as nlu:

        async def engine_of(text: str, **expecting: object) -> str:
            heard = await nlu.understand(text, Expecting(**expecting), Lexicon())
            assert heard.requests or heard.slots or heard.yes
            return heard.engine

        with capture_logs() as logs:
            assert await engine_of("ソラはありますか") == "rasa"
            mortal_rasa.kill()
            assert await engine_of("26.5cm", slot="size") == "linear"
            assert await engine_of("はい", consent=True) == "linear"
            assert [entry["event"] for entry in logs] == ["nlu.away"]
            await asyncio.to_thread(mortal_rasa.start)
            async with asyncio.timeout(BACK_SECONDS):
                understood_by = "linear"
                while understood_by != "rasa":
                    await asyncio.sleep(0.2)
                    understood_by = await engine_of("ソラはありますか")
            assert [entry["event"] for entry in logs] == ["nlu.away", "nlu.back"]


async def test_another_model_takes_over_and_no_message_is_lost(
    mortal_rasa: RasaServer, engine: Linear
) -> None:
    replacing = await asyncio.create_subprocess_exec(
        *(ROOT / "rasa_server" / "run.sh", "serve", str(mortal_rasa.port)),
        env=os.environ | mortal_rasa.settings,
        stdout=subprocess.PIPE,
    )
    understood = 0
    async with counter(mortal_rasa, engine) as nlu:
        while replacing.returncode is None:
            heard = await nlu.understand("ポイントは何点ありますか", Expecting(), Lexicon())
            assert [request.intent for request in heard.requests] == ["points_balance"]
            understood += 1
            await asyncio.sleep(0)
    said, _ = await replacing.communicate()
    assert replacing.returncode == 0
    assert b"from now on" in said
    assert understood > 10


async def test_strangers_are_refused_and_logs_are_silent(
    rasa_server: RasaServer, engine: Linear
) -> None:
    async with counter(rasa_server, engine) as nlu:
        assert (await nlu.understand(SAID, Expecting(), Lexicon())).engine == "rasa"
    url = f"{rasa_server.settings['MADOGUCHI_RASA_URL']}/model/parse"
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as stranger:
        for guess in ({}, {"token": "guessed"}):
            refused = await stranger.post(url, params=guess, json={"text": SAID})
            assert refused.status_code == httpx.codes.UNAUTHORIZED
    logs = rasa_server.log.read_text("utf-8", errors="replace")
    assert not [secret for secret in ("ソラ", "\\u30bd", "090-1234", TOKEN) if secret in logs]


@pytest.mark.parametrize(("name", "floor"), [("ja", 90.0), ("en", 89.0)])
async def test_accuracy_of_rasa_on_held_out_messages(
    rasa_server: RasaServer, engine: Linear, name: str, floor: float
) -> None:
    settings = load(rasa_server.settings, ROOT / "config.yml")
    async with open_reader(settings, engine) as reader:
        report = await evaluate(reader, HELD_OUT / f"{name}.tsv", Lexicon())
    assert report.accuracy >= floor, report.text()
