"""One customer on several channels: the talk follows them, and so does who they are."""

from __future__ import annotations

from tests.conversations.conftest import OpenShop
from tests.conversations.visitor import Answer, Visitor

MEMBER = "m-001"
PHONE = "+819000001001"


async def code_from(visitor: Visitor) -> str:
    made = await visitor.house.storage.linking.make(visitor.account)
    assert made is not None
    return made.code


async def member_by_code(visitor: Visitor) -> Answer:
    for words in ("ポイント残高を教えて", "10024817", "1"):
        await visitor.say(words)
    return await visitor.say("{code}")


async def test_a_question_asked_on_the_web_goes_on_in_line(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = visiting("ja", "webchat"), visiting("ja", "line")
        assert (await web.say("ソラはありますか")).keys == ["ask.option"]
        code = await code_from(web)
        joined = await line.say(f"連携コード {code[:4]}-{code[4:]}")
        assert joined.keys == ["link.carried_over", "manners.back_to", "ask.option"]
        assert "ウェブチャット" in joined.text
        await line.say("26.5cm")
        await line.say("ブラック")
        assert "stock.in_store" in (await line.say("渋谷店")).keys
        telegram = visiting("ja", "telegram")
        opened = await telegram.come_by_link(await code_from(line))
        assert "link.carried_over" in opened.keys
        there = await telegram.say("それ、梅田店にありますか")
        assert "梅田店" in there.text
        assert "ソラ" in there.text


async def test_a_members_code_brings_who_they_are(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = visiting("ja", "webchat"), visiting("ja", "line")
        await member_by_code(web)
        joined = await line.say(f"連携コード{await code_from(web)}")
        assert "会員情報とも連携しました" in joined.text
        assert "points.balance" in (await line.say("ポイント残高を教えて")).keys


async def test_a_member_proves_who_they_are_on_one_channel_after_the_other(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        for channel, way in (("webchat", "1"), ("line", "2")):
            visitor = visiting("ja", channel)
            for words in ("ポイント残高を教えて", "10024817", way):
                await visitor.say(words)
            answer = await visitor.say("{code}")
            assert answer.keys == ["proof.done", "points.balance"], channel


async def test_a_wrong_code_and_a_used_one(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line, other = (visiting("ja", name) for name in ("webchat", "line", "telegram"))
        code = await code_from(web)
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        assert (await line.say(f"連携コード {wrong}")).keys == ["link.code_wrong"]
        assert (await line.say(f"連携コード {code}")).keys == ["link.carried_over"]
        assert (await other.say(f"連携コード {code}")).keys == ["link.code_refused"]


async def test_who_shares_their_own_number_is_known_and_gets_the_answer(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        telegram = visiting("ja", "telegram")
        assert (await telegram.say("ポイント残高を教えて")).keys == ["ask.proof"]
        answer = await telegram.share_contact(PHONE, own=True)
        assert answer.keys == ["link.known", "manners.back_to", "points.balance"]


async def test_somebody_elses_number_proves_nothing(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        telegram = visiting("ja", "telegram")
        await telegram.say("ポイント残高を教えて")
        assert (await telegram.share_contact(PHONE, own=False)).keys == ["ask.way"]
        stranger = visiting("ja", "telegram")
        assert (await stranger.share_contact("+819099999999", own=True)).keys == ["link.not_known"]


async def test_the_account_link_of_line_makes_the_account_the_members(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        line = visiting("ja", "line")
        made = await line.house.backend.post("/v1/identity/link-nonces", json={"member_id": MEMBER})
        nonce = made.json()["nonce"]
        assert (await line.log_in_for_the_platform(nonce)).keys == ["link.known"]
        assert "points.balance" in (await line.say("ポイント残高を教えて")).keys
        again = visiting("ja", "line")
        assert (await again.log_in_for_the_platform(nonce)).keys == ["link.not_known"]


async def test_who_logs_in_on_the_page_gets_the_answer_they_waited_for(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        web = visiting("ja", "webchat")
        assert (await web.say("ポイント残高を教えて")).keys == ["ask.proof"]
        await web.house.front_desk.identify(web.account, MEMBER)
        assert "points.balance" in (await web.read_on()).keys


async def test_what_is_connected_is_told_and_can_be_let_go(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = visiting("ja", "webchat"), visiting("ja", "line")
        await member_by_code(web)
        await line.say(f"連携コード {await code_from(web)}")
        told = await web.say("LINEとの連携を確認したい")
        assert told.keys == ["link.connected", "link.elsewhere"]
        assert "LINE" in told.text
        assert (await web.tap("LINEの連携を解除")).keys == ["confirm.disconnect"]
        assert (await web.tap("解除する")).keys == ["link.let_go"]
        assert (await line.say("ポイント残高を教えて")).keys == ["ask.proof"]


async def test_letting_go_is_offered_while_something_else_is_open(open_shop: OpenShop) -> None:
    async with open_shop("demo_shop") as visiting:
        web, line = visiting("ja", "webchat"), visiting("ja", "line")
        await member_by_code(web)
        await line.say(f"連携コード {await code_from(web)}")
        assert (await web.say("ソラはありますか")).keys == ["ask.option"]
        assert "LINEの連携を解除" in (await web.say("LINEとの連携を確認したい")).choices
        await web.tap("LINEの連携を解除")
        assert (await web.tap("解除する")).keys == ["link.let_go"]
        assert (await web.say("26.5cm")).keys == ["ask.option"]


async def test_in_a_group_the_shop_is_open_and_what_is_private_is_not(
    open_shop: OpenShop,
) -> None:
    async with open_shop("demo_shop") as visiting:
        group = visiting("ja", "line", in_company=True)
        asked = await group.say("ソラの26.5cmのブラック、渋谷店にありますか")
        assert asked.keys == ["stock.in_store", "ask.put_aside"]
        for words in ("取り置きして", "ポイント残高を教えて", "注文はいつ届きますか"):
            assert (await group.say(words)).keys[0] == "manners.in_company", words
        made = await code_from(visiting("ja", "webchat"))
        assert (await group.say(f"連携コード {made}")).keys == ["manners.in_company"]
        assert (await group.share_contact(PHONE, own=True)).keys == ["manners.in_company"]
        assert (await group.house.storage.customers.profile(group.account)).member_id is None
