"""The weights are read while the counter opens: nobody waits for them later."""

from __future__ import annotations

from pathlib import Path

from bot.clock import SystemClock
from bot.config import ROOT, BotConfig, Environment, Settings
from bot.nlu import Linear, model_file, open_nlu
from bot.nlu.encoder import Encoder
from bot.nlu.model import load


async def test_the_first_customer_does_not_wait_for_the_weights(engine, models: Path) -> None:
    encoder = Encoder(models)
    linear = Linear(load(model_file(ROOT / "nlu_data", models)), encoder)
    settings = Settings(env=Environment(secret_key="x"), bot=BotConfig())
    async with open_nlu(settings, linear, SystemClock()):
        assert encoder.is_loaded
