"""Rasa dies while a customer talks: the customer does not notice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conversations.conftest import OpenShop
from tests.support.rasa import RasaServer

pytestmark = pytest.mark.rasa


@pytest.fixture
def understanding(mortal_rasa: RasaServer) -> Mapping[str, str]:
    return mortal_rasa.settings


@pytest.fixture
def nobody_else_understands() -> None:
    """Here somebody else has to."""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("ソラはありますか", "26.5cm", "ブラック", "渋谷店")),
        ("en", ("do you have the Sora?", "26.5cm", "black", "Shibuya")),
    ],
)
async def test_the_talk_goes_on(
    language: str, said: tuple[str, ...], open_shop: OpenShop, mortal_rasa: RasaServer
) -> None:
    async with open_shop("demo_shop") as visitor_speaking:
        visitor = visitor_speaking(language)
        first, *others = said
        answers = [await visitor.say(first)]
        mortal_rasa.kill()
        answers += [await visitor.say(text) for text in others]
    lines = [answer.keys for answer in answers]
    assert lines[:3] == [["ask.option"], ["ask.option"], ["ask.store"]]
    assert "stock.in_store" in lines[3]
