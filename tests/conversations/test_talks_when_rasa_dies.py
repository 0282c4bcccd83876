"""Rasa dies while customers talk: they do not notice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conversations.conftest import OpenShop
from tests.support.rasa import RasaServer, fallbacks

pytestmark = pytest.mark.rasa


@pytest.fixture
def understanding(mortal_rasa: RasaServer) -> Mapping[str, str]:
    return mortal_rasa.settings


@pytest.fixture
def nobody_else_understands() -> None:
    """Here somebody else has to."""


TALKS = {
    "ja": ("ソラはありますか", "26.5cm", "ブラック", "渋谷店"),
    "en": ("do you have the Sora?", "26.5cm", "black", "Shibuya"),
}


async def test_the_talks_go_on(open_shop: OpenShop, mortal_rasa: RasaServer) -> None:
    async with open_shop("demo_shop") as visitor_speaking:
        visitors = {language: visitor_speaking(language) for language in TALKS}
        before = fallbacks()
        first = [await visitors[language].say(said[0]) for language, said in TALKS.items()]
        assert [answer.keys for answer in first] == [["ask.option"]] * len(TALKS)
        assert fallbacks() == before
        mortal_rasa.kill()
        for language, said in TALKS.items():
            answers = [await visitors[language].say(text) for text in said[1:]]
            lines = [answer.keys for answer in answers]
            assert lines[:2] == [["ask.option"], ["ask.store"]]
            assert "stock.in_store" in lines[2]
        assert fallbacks() == before + 6
