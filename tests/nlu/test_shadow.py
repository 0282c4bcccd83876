"""Another engine overhears customers: nothing changes for them, and somebody gets work to do."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import BotConfig, Environment, Settings
from bot.dialogue.heard import Expecting
from bot.nlu import Linear, Listener, opening
from bot.nlu.examples import read
from bot.nlu.masking import masked
from bot.nlu.shadow import WAITING
from tests.support.rasa_stand_in import TOKEN, Reply, StandIn, parsed, rasa_stand_in
from tests.support.served import PATIENCE_SECONDS

STOCK = "渋谷店にソラの26.5はありますか"


@pytest.fixture
def rasa(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Rasa, whom the counter has time for: how fast this machine is, is not asked here."""
    monkeypatch.setattr("bot.nlu.shadow.PATIENCE_SECONDS", PATIENCE_SECONDS)
    with rasa_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where disagreements go: laid out as training data, so that it can be read as such."""
    found = tmp_path / "ja" / "shadow.yml"
    monkeypatch.setattr(opening, "DISAGREEMENTS", found)
    return found


@asynccontextmanager
async def counter(rasa: StandIn, engine: Linear) -> AsyncIterator[Listener]:
    env = Environment(rasa_url=rasa.address, rasa_token=TOKEN, secret_key="x")
    settings = Settings(env=env, bot=BotConfig(nlu={"shadow": "rasa"}))
    async with opening.open_nlu(settings, engine, SystemClock()) as nlu:
        yield nlu


async def all_overheard(nlu: Listener) -> None:
    assert nlu._shadow
    async with asyncio.timeout(PATIENCE_SECONDS):
        await nlu._shadow._waiting.join()


async def test_a_disagreement_is_an_example_for_somebody_to_label(rasa, engine, lexicon, file):
    rasa.answer = lambda text: parsed(("product_info", 0.7), ("check_stock", 0.2))
    async with counter(rasa, engine) as nlu:
        heard = await nlu.understand(STOCK, Expecting(), lexicon)
        await nlu.understand("[x](y)\nソラは\tありますか: - #", Expecting(), lexicon)
        await all_overheard(nlu)
    assert [(r.intent, heard.engine) for r in heard.requests] == [("check_stock", "linear")]
    first, second = read(file.parents[1]).examples
    assert (first.text, first.intent) == (STOCK, "check_stock")
    marks = {first.text[m.start : m.end]: m.entity for m in first.marks}
    assert marks == {"渋谷店": "store", "ソラ": "product", "26.5": "size"}
    assert second.text == "［x］(y) ソラは ありますか: - #"
    assert "# rasa: product_info" in file.read_text("utf-8")


async def test_what_both_understand_is_no_work(rasa, engine, lexicon, file):
    rasa.answer = lambda text: parsed(("check_stock", 0.9), ("inform", 0.05))
    async with counter(rasa, engine) as nlu:
        await nlu.understand(STOCK, Expecting(), lexicon)
        await all_overheard(nlu)
    assert rasa.asked == [STOCK]
    assert not file.exists()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("電話は090-1234-5678です、A-20481は？", "電話は000-0000-0000です、a-00000は?"),
        ("mail taro.yamada@example.com of 20481", "mail xxxx.xxxxxx@xxxxxxx.xxx of 00000"),
        ("山田太郎です。ソラは渋谷店にありますか", "〇〇〇〇です。ソラは渋谷店にありますか"),
        ("hi, my name is Jane Doe, any Sora?", "hi, my name is xxxxxxxx, any sora?"),
        ("会員番号は ００１２ ３４５６ です", "会員番号は 0000 0000 です"),
        ("コードは１２３４５６", "コードは000000"),
    ],
)
async def test_nobody_can_be_recognised(reader, lexicon, said, written):
    reading = await reader.read(said, Expecting(), lexicon)
    assert masked(reading) == written
    assert len(written) == len(reading.folded.text)


@pytest.mark.parametrize("slot", ["name_kana", "proof", "phone", "email", "code", "guest_proof"])
async def test_answers_to_personal_questions_are_not_overheard(rasa, engine, lexicon, file, slot):
    async with counter(rasa, engine) as nlu:
        await nlu.understand("ヤマダ タロウ", Expecting(slot=slot), lexicon)
        await all_overheard(nlu)
    assert rasa.asked == []


async def test_a_slow_shadow_keeps_nobody_waiting(rasa, engine, lexicon, file):
    for_ever = threading.Event()
    rasa.answer = lambda text: Reply(b"", hold=for_ever)
    async with counter(rasa, engine) as nlu:
        start = time.thread_time()
        for _ in range(WAITING + 20):
            heard = await nlu.understand("はい", Expecting(), lexicon)
            assert heard.yes
        assert time.thread_time() - start < PATIENCE_SECONDS
        assert nlu._shadow
        assert nlu._shadow._waiting.full()
        for_ever.set()


async def test_a_shadow_that_is_gone_changes_nothing(engine, lexicon, file):
    with rasa_stand_in() as rasa:
        pass
    async with counter(rasa, engine) as nlu:
        assert (await nlu.understand(STOCK, Expecting(), lexicon)).engine == "linear"
        await all_overheard(nlu)
    assert not file.exists()


async def test_a_file_that_nobody_labels_stops_growing(
    reader, rasa, engine, lexicon, file, monkeypatch
):
    monkeypatch.setattr("bot.nlu.shadow.LARGEST_FILE", 500)
    rasa.answer = lambda text: parsed(("product_info", 0.7), ("check_stock", 0.2))
    async with counter(rasa, engine) as nlu:
        for _ in range(10):
            await nlu.understand(STOCK, Expecting(), lexicon)
        await all_overheard(nlu)
    assert file.stat().st_size < 1500
