"""Which store is near: by a place that is sent, or by what is written."""

from __future__ import annotations

import pytest

from bot.messages import outbound
from tests.conversations.conftest import OpenShop

SHIBUYA_STATION = (35.6595, 139.7005)


async def test_who_sends_their_place_on_line_hears_of_the_nearest_stores(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        line = visiting("ja", "line")
        assert (await line.say("近くの店舗を教えてください")).keys == ["ask.place"]
        told = await line.share_place(*SHIBUYA_STATION)
        assert told.keys == ["nearest.stores"]
        assert "お近くの店舗は、渋谷店（" in told.text
        items = await line.house.front_desk.timeline(line.account, 0)
        shown = [i.content for i in items if isinstance(i.content, outbound.Place)]
        assert shown[-1].name == "渋谷店"
        assert "渋谷店" in (await line.say("その店は何時までですか")).text


async def test_a_place_sent_out_of_the_blue_is_answered_as_well(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        telegram = visiting("en", "telegram")
        told = await telegram.share_place(*SHIBUYA_STATION)
        assert "The stores nearest to you: " in told.text


async def test_while_a_store_is_asked_for_the_nearest_is_offered_first(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        line = visiting("ja", "line")
        for words in ("ソラはありますか", "26.5cm", "ブラック"):
            await line.say(words)
        told = await line.share_place(34.7025, 135.4959)
        assert told.keys == ["nearest.stores", "manners.back_to", "ask.store"]
        assert "梅田店" in list(told.choices)[2]
        assert "梅田店に在庫" in (await line.say("梅田店")).text


async def test_in_the_web_chat_a_place_is_written(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web = visiting("ja", "webchat")
        assert list((await web.say("近くの店舗を教えてください")).choices) == ["店舗の一覧"]
        assert "梅田店" in (await web.say("梅田駅")).text
        await web.say("近くの店舗を教えて")
        every = await web.tap("店舗の一覧")
        assert every.text.startswith("店舗は、")
        assert "全8店舗" in every.text


async def test_where_there_is_no_store_that_is_said(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web = visiting("ja", "webchat")
        told = await web.say("沖縄に店舗ってありますか？")
        assert told.keys == ["nearest.none"]
        assert list(told.choices) == ["店舗の一覧", "担当者に相談する"]


@pytest.mark.parametrize("nowhere", ["91,0", "0,181", "nan,nan", "inf,1"])
async def test_numbers_that_are_nowhere_on_earth_are_words_as_any(
    open_shop: OpenShop, nowhere: str
) -> None:
    async with open_shop("demo_shop") as visiting:
        web = visiting("ja", "webchat")
        await web.say("近くの店舗を教えてください")
        keys = (await web.say(nowhere)).keys
        assert keys
        assert "fault.unavailable" not in keys  # what the backend says of such a place
