"""Who lets go of the very channel they write on, and is a stranger there from then on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.handoff.desk import State
from bot.messages import Account
from bot.terminal import as_text
from tests.conversations.conftest import OpenShop
from tests.conversations.test_handoff_talks import Desk, by_day, proves
from tests.conversations.test_talks_over_channels import code_from, member_by_code
from tests.conversations.visitor import Visitor

LET_GO_HERE = "こちらのLINEの連携を解除"


async def linked_line(visiting: Callable[..., Visitor]) -> tuple[Visitor, Visitor]:
    """A member's web chat, and their LINE."""
    web, line = visiting("ja", "webchat"), visiting("ja", "line")
    await member_by_code(web)
    await line.say(f"連携コード{await code_from(web)}")
    return web, line


@pytest.mark.parametrize("durable", [False, True])
async def test_the_channel_one_writes_on_is_let_go_and_tells_so_itself(
    open_shop: OpenShop, durable: bool
) -> None:
    async with open_shop("demo_shop", durable=durable) as visiting:
        web, line = await linked_line(visiting)
        assert (await line.say("ソラはありますか")).keys == ["ask.option"]
        told = await line.say("どのチャネルと連携していますか")
        assert {LET_GO_HERE, "ウェブチャットの連携を解除"} <= told.choices.keys()
        asked = await line.tap(LET_GO_HERE)
        assert asked.keys == ["confirm.disconnect"]
        assert "このトークでは会員情報をご案内できません" in asked.text
        gone = await line.tap("解除する")
        assert gone.keys == ["link.let_go"]
        assert "こちらのLINEの連携を解除しました" in gone.text
        assert list(gone.choices) == ["会員情報と連携する"]
        assert (await line.house.storage.customers.profile(line.account)).member_id is None
        assert (await line.tap("解除する")).keys == ["manners.stale"], "a second tap"
        assert (await line.say("26.5cm")).keys != ["ask.option"], "the question stays behind"
        assert (await line.say("ポイント残高を教えて")).keys == ["ask.proof"]
        items = await line.house.front_desk.timeline(line.account, 0)
        assert "ソラはありますか" in {as_text(item.content) for item in items}
        assert (await web.say("26.5cm")).keys == ["ask.option"]
        assert (await web.say("ポイント残高を教えて")).keys[0] == "points.balance"


async def test_who_taps_twice_at_once_is_let_go_once(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = await linked_line(visiting)
        await line.say("どのチャネルと連携していますか")
        await line.tap(LET_GO_HERE)
        assert "こちらのLINEの連携を解除しました" in (await line.tap_twice("解除する")).text
        await line.say("こんにちは")
        items = await line.house.front_desk.timeline(line.account, 0)
        said = "\n".join(as_text(item.content) for item in items)
        assert said.count("こちらのLINEの連携を解除しました") == 1
        assert len(await line.house.storage.linking.linked(web.account)) == 1


async def test_a_typed_yes_lets_go_of_the_channel_it_is_typed_on(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        line = visiting("en", "line")
        for words in ("how many points do I have", "10024817", "1"):
            await line.say(words)
        await line.say("{code}")
        told = await line.say("which channels is my account connected with?")
        assert "Disconnect this chat" in told.choices
        await line.tap("Disconnect this chat")
        gone = await line.say("yes please")
        assert gone.text.startswith("This LINE chat is disconnected.")
        assert (await line.say("how many points do I have")).keys == ["ask.proof"]


async def test_strangers_who_share_a_talk_can_part_again(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = visiting("ja", "webchat"), visiting("ja", "line")
        await web.say("ソラはありますか")
        await line.say(f"連携コード{await code_from(web)}")
        told = await line.say("どのチャネルと連携していますか")
        assert "このご相談でつながっているのは" in told.text
        await line.tap(LET_GO_HERE)
        gone = await line.tap("解除する")
        assert gone.keys == ["link.let_go"]
        assert "会員" not in gone.text
        assert (await web.say("26.5cm")).keys == ["ask.option"]


async def waiting_member(visiting: Callable[..., Visitor]) -> tuple[Visitor, Desk]:
    """A member on LINE alone, who has seen what is connected and waits for a person."""
    line = visiting("ja", "line")
    desk = Desk(line.house)
    await desk.comes()
    by_day(line)
    await proves(line, "10024817")
    await line.say("どのチャネルと連携していますか")
    assert (await line.say("担当者と話したい")).keys == ["person.in_queue"]
    return line, desk


async def test_who_lets_go_while_waiting_still_gets_their_person(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop", durable=True) as visiting:
        line, desk = await waiting_member(visiting)
        await line.tap(LET_GO_HERE)
        assert (await line.tap("解除する")).keys == ["link.let_go"]
        assert (await desk.case(line)).state is State.WAITING
        agent = await desk.comes("鈴木")
        assert await desk.takes(agent, line)
        await desk.house.office.talks.reply(
            agent, await desk.talk_id(line), "お待たせしました。", client_id="1"
        )
        assert "お待たせしました。" in (await line.read_on()).text


async def test_while_a_person_has_the_talk_nothing_is_let_go(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop", durable=True) as visiting:
        line, desk = await waiting_member(visiting)
        agent = await desk.comes("鈴木")
        await desk.takes(agent, line)
        await line.press(LET_GO_HERE)
        await desk.has_read(line, 1)
        await line.tell("はい")
        await desk.has_read(line, 2)
        assert await line.unread() == []
        people = line.house.storage.customers
        assert (await people.profile(line.account)).member_id is not None


async def test_a_wish_for_a_person_stays_where_the_member_still_is(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop", durable=True) as visiting:
        web, line = await linked_line(visiting)
        desk = Desk(by_day(line).house)
        await desk.comes()
        await line.say("どのチャネルと連携していますか")
        await line.say("担当者と話したい")
        await line.tap(LET_GO_HERE)
        await line.tap("解除する")
        assert (await desk.case(web)).state is State.WAITING
        talk = await desk.house.storage.handoffs.of(web.account)
        assert talk is not None
        assert isinstance(talk.account, Account)
        assert talk.account == web.account, "nothing of it goes to who is a stranger now"
