"""Customers of a shop whose counter asks Rasa: what it says, and what happens when it does not."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

import bot.config.settings
import bot.nlu.listener
from bot.breaker import FAILURES_IN_A_ROW, REST
from bot.clock import SystemClock
from bot.config import ROOT, BotConfig, Environment, Settings
from bot.dialogue.heard import Expecting
from bot.errors import Unavailable
from bot.nlu import Linear, Listener, open_nlu, open_reader, parse_json
from bot.nlu.rasa import LARGEST_ANSWER
from bot.ports import Lexicon
from tests.support.command import Ended, Terminal
from tests.support.rasa import fallbacks
from tests.support.rasa_stand_in import TOKEN, Reply, StandIn, parsed, rasa_stand_in
from tests.support.served import PATIENCE_SECONDS

STOCK = "ソラの26.5ありますか"
NOBODY = "http://127.0.0.1:9"
SECRET = "私の電話は090-1234-5678です"


class Watch(SystemClock):
    """Real time that a test can move on."""

    ahead = timedelta()

    def real(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def rasa(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Rasa, whom the counter has time for: how fast this machine is, is not asked here."""
    monkeypatch.setattr(bot.nlu.listener, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    with rasa_stand_in() as stand_in:
        yield stand_in


def settings(rasa: StandIn) -> Settings:
    env = Environment(nlu="rasa", rasa_url=rasa.address, rasa_token=TOKEN, secret_key="x")
    return Settings(env=env, bot=BotConfig())


@asynccontextmanager
async def counter(
    rasa: StandIn, engine: Linear, clock: SystemClock | None = None
) -> AsyncIterator[Listener]:
    async with open_nlu(settings(rasa), engine, clock or SystemClock()) as nlu:
        yield nlu


async def test_rasa_hears_and_the_shop_knows_its_names(rasa, engine, lexicon):
    rasa.answer = lambda text: parsed(
        ("check_stock", 0.8), ("inform", 0.1), entities=({"entity": "color", "start": 0, "end": 2},)
    )
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand("白黒 ソラ、２６．５ありますか", Expecting(), lexicon)
    assert rasa.asked == ["白黒 ソラ、26.5ありますか"]
    assert heard.engine == "rasa"
    (request,) = heard.requests
    assert request.intent == "check_stock"
    assert request.slots["product"].options[0].value == "p1"
    assert request.slots["size"].options[0].value == "26.5"
    assert request.slots["color"].text == "白黒"


async def test_two_requests_are_cut_apart_and_asked_one_by_one(rasa, engine, lexicon):
    rasa.answer = lambda text: parsed(
        ("points_balance" if "ポイント" in text else "check_stock", 0.9), ("points_balance", 0.1)
    )
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand(
            "ソラの在庫ありますか？あとポイントも教えて", Expecting(), lexicon
        )
    assert [request.intent for request in heard.requests] == ["check_stock", "points_balance"]
    whole, *parts = rasa.asked
    assert whole == "ソラの在庫ありますか?あとポイントも教えて"
    # The parts are asked side by side: either may arrive first.
    assert sorted(parts) == ["あとポイントも教えて", "ソラの在庫ありますか?"]


async def test_the_store_a_pickup_leaves_is_not_the_one_that_is_asked_for(rasa, engine, lexicon):
    text = "受け取りを渋谷店で頼んだけど、梅田店に変えたい"
    leaving, going = (
        {"entity": "store", "start": text.index(name), "end": text.index(name) + 3, "role": role}
        for name, role in (("渋谷店", "from"), ("梅田店", "to"))
    )
    rasa.answer = lambda _: parsed(
        ("change_pickup", 0.8), ("inform", 0.1), entities=(leaving, going)
    )
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand(text, Expecting(), lexicon)
    assert [option.value for option in heard.requests[0].slots["store"].options] == ["s2"]


async def test_an_answer_to_the_open_question_is_one(rasa, engine, lexicon):
    rasa.answer = lambda text: parsed(("points_balance", 0.4), ("inform", 0.3))
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand("26.5", Expecting(slot="size"), lexicon)
    assert heard.requests == ()
    assert heard.slots["size"].options[0].value == "26.5"


NONSENSE = {
    "no JSON": b"<html>",
    "a list": b"[]",
    "nothing": b"{}",
    "no text": b"\xff\xfe",
    "intents of another bot": b'{"intent_ranking": [{"name": "pizza", "confidence": 1}]}',
    "no intents": b'{"intent_ranking": [], "entities": []}',
    "words for numbers": b'{"intent_ranking": [{"name": "greet", "confidence": "very"}]}',
    "more than certain": b'{"intent_ranking": [{"name": "greet", "confidence": 1e308}]}',
    "no number at all": b'{"intent_ranking": [{"name": "greet", "confidence": NaN}]}',
    "deep": b"[" * 100_000,
    "words that are not there": json.dumps(
        {
            "intent_ranking": [{"name": "greet", "confidence": 0.9}],
            "entities": [{"entity": "product", "start": 3, "end": 4_000_000}],
        }
    ).encode(),
    "words backwards": json.dumps(
        {
            "intent_ranking": [{"name": "greet", "confidence": 0.9}],
            "entities": [{"entity": "product", "start": 3, "end": 1}],
        }
    ).encode(),
    "huge": b'{"text": "' + b"x" * LARGEST_ANSWER + b'"}',
}
REFUSALS = {
    **{name: Reply(body) for name, body in NONSENSE.items()},
    "fault": Reply(b"{}", 500),
    "another token": Reply(b"{}", 401),
    "somewhere else": Reply(b"", 302),
    "nothing loaded": Reply(b'{"status":"failure"}', 409),
    "hung up": Reply(b"", cut=True),
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_whatever_rasa_answers_the_customer_is_understood(
    rasa, engine, lexicon, listener, refusal
):
    rasa.answer = lambda text: REFUSALS[refusal]
    before = fallbacks()
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand(STOCK, Expecting(), lexicon)
    assert heard == await listener.understand(STOCK, Expecting(), lexicon)
    assert fallbacks() == before + 1


async def test_rasa_that_takes_its_time_is_not_waited_for(
    rasa, engine, lexicon, listener, monkeypatch
):
    monkeypatch.setattr(bot.nlu.listener, "PATIENCE_SECONDS", 0.1)
    for_ever = threading.Event()
    rasa.answer = lambda text: Reply(b"", hold=for_ever)
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand(STOCK, Expecting(), lexicon)
    assert heard == await listener.understand(STOCK, Expecting(), lexicon)
    for_ever.set()


async def test_the_operator_is_told_once_and_the_customers_never(rasa, engine, lexicon):
    watch = Watch()
    async with counter(rasa, engine, watch) as nlu:
        with capture_logs() as logs:
            assert (await nlu.understand("やあ", Expecting(), lexicon)).engine == "rasa"
            assert logs == []
            well, rasa.answer = rasa.answer, lambda text: Reply(b'{"text": "090-1234-5678"}')
            for _ in range(FAILURES_IN_A_ROW + 3):
                assert (await nlu.understand(SECRET, Expecting(), lexicon)).engine == "linear"
            assert [entry["event"] for entry in logs] == ["nlu.away"]
            assert "090" not in str(logs)
            assert len(rasa.asked) == 1 + FAILURES_IN_A_ROW  # then it was left alone
            rasa.answer = well
            watch.ahead = REST
            assert (await nlu.understand("やあ", Expecting(), lexicon)).engine == "rasa"
            assert [entry["event"] for entry in logs] == ["nlu.away", "nlu.back"]


async def test_who_opens_before_the_first_make_rasa_needs_no_restart(
    rasa, engine, lexicon, tmp_path, monkeypatch
):
    monkeypatch.setattr(bot.config.settings, "RASA_TOKEN", tmp_path / "token")
    env = Environment(nlu="rasa", rasa_url=rasa.address, secret_key="x")
    async with open_nlu(Settings(env=env, bot=BotConfig()), engine, SystemClock()) as nlu:
        assert (await nlu.understand("やあ", Expecting(), lexicon)).engine == "linear"
        (tmp_path / "token").write_text(TOKEN)
        assert (await nlu.understand("やあ", Expecting(), lexicon)).engine == "rasa"


async def test_rasa_that_is_gone_says_nothing_about_blanks(engine, lexicon):
    with rasa_stand_in() as rasa:
        pass
    watch = Watch()
    async with counter(rasa, engine, watch) as nlu:
        with capture_logs() as logs:
            for text in ("やあ", "\u200b \n", "やあ", ""):
                await nlu.understand(text, Expecting(), lexicon)
    assert [entry["event"] for entry in logs] == ["nlu.away"]


async def test_figures_are_never_those_of_the_spare(engine):
    with rasa_stand_in() as rasa:
        pass
    async with open_reader(settings(rasa), engine) as reader:
        with pytest.raises(Unavailable):
            await parse_json(reader, STOCK, Lexicon())


def command(terminal: Terminal, *words: str, **given: str) -> Ended:
    """`madoguchi` with Rasa as engine; nobody listens at the address unless one is given."""
    settings = {"NLU": "rasa", "RASA_URL": NOBODY, "RASA_TOKEN": TOKEN} | given
    return terminal.run(*words, stdin=STOCK.encode(), **settings)


def test_the_doctor_looks_whether_rasa_answers(rasa, terminal):
    well = command(terminal, "doctor", RASA_URL=rasa.address)
    assert f"Rasa answers at {rasa.address}" in well.printed
    assert TOKEN not in well.printed
    another = command(terminal, "doctor", RASA_URL=rasa.address, RASA_TOKEN="another")
    assert "HTTP 401" in another.complaints
    assert "ConnectError" in command(terminal, "doctor").complaints


@pytest.mark.parametrize("words", [("parse",), ("eval", str(ROOT / "nlu_data/held_out/ja.tsv"))])
def test_who_asks_rasa_before_it_runs_is_told_to_start_it(words, terminal):
    tried = command(terminal, "nlu", *words)
    assert (tried.status, tried.printed) == (1, "")
    (line,) = tried.complaints.splitlines()
    assert line == f"madoguchi: no Rasa at {NOBODY} (ConnectError): `make rasa`"
