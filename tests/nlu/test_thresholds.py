"""How sure is sure enough: each threshold of config.yml decides what a message is taken for."""

from __future__ import annotations

import pytest

from bot.clock import SystemClock
from bot.config import BotConfig, Environment, Settings
from bot.dialogue.heard import Expecting, Heard
from bot.nlu import open_nlu
from tests.support.rasa_stand_in import TOKEN, parsed, rasa_stand_in

RIVALS = (("check_stock", 0.45), ("product_info", 0.4), ("faq", 0.15))
FAINT = (("check_stock", 0.2), ("inform", 0.19), ("affirm", 0.19), ("deny", 0.19), ("greet", 0.19))
LIKELY = (("check_stock", 0.35), ("coupons", 0.1), ("inform", 0.1), ("faq", 0.1))
PERHAPS = (("affirm", 0.35), ("deny", 0.3), ("inform", 0.3))
YES = (("affirm", 0.55), ("coupons", 0.3))


@pytest.mark.parametrize(
    ("says", "text", "slot", "change", "usually", "then"),
    [
        (FAINT, "ソラ見たい", None, {"nothing": 0.1}, "unsure", "request"),
        (RIVALS, "ちょっと見たいんだけど", None, {"unsure": 0.4}, "unsure", "request"),
        (RIVALS, "ちょっと見たいんだけど", None, {"close": 0.01}, "unsure", "request"),
        (LIKELY, "26ってある", "size", {"clear": 0.3}, "details", "request"),
        (PERHAPS, "😊", None, {"unsure": 0.3}, "nothing", "yes"),
        (YES, "そうだね", "size", {"answered": 0.5}, "nothing", "yes"),
    ],
)
async def test_a_threshold_decides(engine, lexicon, says, text, slot, change, usually, then):
    with rasa_stand_in() as rasa:
        rasa.answer = lambda _: parsed(*says)
        env = Environment(nlu="rasa", rasa_url=rasa.address, rasa_token=TOKEN, secret_key="x")
        for thresholds, expected in (({}, usually), (change, then)):
            bot = BotConfig(nlu={"thresholds": {"rasa": thresholds}})
            async with open_nlu(Settings(env=env, bot=bot), engine, SystemClock()) as nlu:
                heard = await nlu.understand(text, Expecting(slot), lexicon)
            assert heard.engine == "rasa"
            assert taken_for(heard) == expected


def taken_for(heard: Heard) -> str:
    if heard.requests:
        return "request"
    if heard.yes:
        return "yes"
    return "unsure" if heard.unsure else "details" if heard.slots else "nothing"
