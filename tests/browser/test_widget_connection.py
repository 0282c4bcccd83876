"""Reloads, dead spots, closed lids, second tabs and restarts: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config import ROOT
from tests.browser.chromium import Route, expect
from tests.browser.conftest import SETTINGS, running
from tests.browser.host import Host
from tests.browser.visits import Visits
from tests.browser.widget import Widget, until
from tests.browser.wire import buffering
from tests.support.server import Server

HOURS = "渋谷店は何時までですか"
CLOSES = "11:00–21:00"
PHONE_NUMBER = "梅田店の電話番号を教えてください"
NUMBER = "梅田店"


async def shows_once(chat: Widget, *texts: str) -> None:
    """Of the customer's own messages just these are shown, in this order, and all are sent."""

    async def look() -> bool:
        own = await chat.own()
        sent = [message.state for message in own] == ["sent"] * len(texts)
        return sent and all(text in each.text for text, each in zip(texts, own, strict=True))

    await until(look, chat.messages)


async def test_a_talk_goes_on_after_a_reload(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask("ソラはありますか", "サイズ")
    before = await chat.whole_transcript()
    await chat.page.reload()
    await chat.open()
    await chat.comes_to_show(before)
    await chat.ask("26.5cm", "カラー")


async def test_a_message_written_in_a_dead_spot_is_sent_when_it_is_over(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    await chat.page.context.set_offline(True)
    await chat.say(PHONE_NUMBER)
    await expect(chat.log).to_contain_text(PHONE_NUMBER)
    assert (await chat.own())[-1].state in {"sending", "failed"}
    await chat.page.context.set_offline(False)
    await chat.answered(PHONE_NUMBER, NUMBER)
    await shows_once(chat, HOURS, PHONE_NUMBER)


async def test_what_was_not_sent_outlives_a_reload_and_goes_out_in_order(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    posts = "**/webchat/messages"
    await chat.page.route(posts, _dead_for_posts)
    await chat.say(PHONE_NUMBER)
    await chat.say("ありがとう")
    await expect(chat.log).to_contain_text("ありがとう")
    await chat.page.unroute(posts)
    await chat.page.reload()
    await chat.open()
    await chat.answered("ありがとう")
    await shows_once(chat, HOURS, PHONE_NUMBER, "ありがとう")


async def test_a_first_message_that_found_no_server_goes_out_on_the_next_page_by_itself(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.page.route("**/webchat/sessions", lambda route: route.abort())
    await chat.say(HOURS)
    await expect(chat.log).to_contain_text(HOURS)
    # The first page never finds one: it tries again by itself for a while.
    other = await visits.tab(chat)
    await chat.page.close()
    await expect(other.launcher).to_have_accessible_name(re.compile("未読"))
    await other.open()
    await other.answered(HOURS, CLOSES)
    await shows_once(other, HOURS)


async def test_the_word_that_one_is_offline_goes_when_the_network_is_back(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    strip = chat.panel.get_by_role("status")
    await chat.page.context.set_offline(True)
    await expect(strip).to_contain_text("オフライン")
    await chat.page.context.set_offline(False)
    await expect(strip).to_be_empty()


async def _dead_for_posts(route: Route) -> None:
    if route.request.method == "POST":
        await route.abort()
    else:
        await route.continue_()


async def test_a_message_whose_receipt_is_lost_arrives_once(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    lost = []

    async def lose_the_receipt(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(await route.fetch())
            await route.abort()
        else:
            await route.continue_()

    await chat.page.route("**/webchat/messages", lose_the_receipt)
    await chat.ask(PHONE_NUMBER, NUMBER)
    assert [answer.status for answer in lost] == [202]
    await shows_once(chat, HOURS, PHONE_NUMBER)
    before = await chat.whole_transcript()
    await chat.page.reload()
    await chat.open()
    await chat.comes_to_show(before)


async def test_the_line_breaks_while_a_message_is_on_its_way(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    on_its_way = asyncio.Event()

    async def hold(route: Route) -> None:
        await chat.page.context.set_offline(True)
        await route.abort("internetdisconnected")
        on_its_way.set()

    await chat.page.route("**/webchat/messages", hold, times=1)
    await chat.say(PHONE_NUMBER)
    await on_its_way.wait()
    await chat.page.context.set_offline(False)
    await chat.answered(PHONE_NUMBER, NUMBER)
    await shows_once(chat, HOURS, PHONE_NUMBER)


async def test_answers_given_while_the_lid_was_closed_are_there_when_it_opens(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    other = await (await visits.tab(chat)).open()
    await expect(other.log).to_contain_text(CLOSES)
    await _sleep_of(chat, other)
    await shows_once(chat, HOURS, PHONE_NUMBER)
    await chat.comes_to_show(await other.whole_transcript())


async def _sleep_of(chat: Widget, other: Widget) -> None:
    """One tab hears nothing from the counter while another one talks."""
    answers = "**/webchat/events*"
    await chat.page.route(answers, lambda route: route.abort())
    await chat.page.evaluate("dispatchEvent(new Event('offline'))")
    await other.ask(PHONE_NUMBER, NUMBER)
    await chat.page.unroute(answers)
    await chat.page.evaluate("dispatchEvent(new Event('online'))")


async def test_two_tabs_show_the_same_talk(visits: Visits, counter: Server) -> None:
    first = await (await visits(counter.address)).open()
    await first.ask(HOURS, CLOSES)
    second = await (await visits.tab(first)).open()
    await expect(second.log).to_contain_text(CLOSES)
    await second.ask(PHONE_NUMBER, NUMBER)
    await shows_once(first, HOURS, PHONE_NUMBER)
    await first.ask("ありがとう")
    await shows_once(second, HOURS, PHONE_NUMBER, "ありがとう")
    await second.comes_to_show(await first.whole_transcript())


async def test_a_visitor_who_opens_two_tabs_at_once_is_one_customer(
    visits: Visits, counter: Server
) -> None:
    first = await visits(counter.address)
    second = await visits.tab(first)
    await asyncio.gather(first.open(), second.open())
    await asyncio.gather(first.say(HOURS), second.say(PHONE_NUMBER))
    for chat in (first, second):
        await expect(chat.log.locator("[data-author=customer][data-state=sent]")).to_have_count(2)
        await expect(chat.log).to_contain_text(CLOSES)
        await expect(chat.log).to_contain_text(NUMBER)
    tokens = {await _token(chat) for chat in (first, second)}
    assert len(tokens) == 1


async def _token(chat: Widget) -> str:
    return str(await chat.page.evaluate("JSON.parse(localStorage.madoguchi).token"))


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(host: Host, models: Path, tmp_path: Path) -> AsyncIterator[Server]:
    """A counter of one's own: others would lose by its death."""
    settings = {
        **SETTINGS,
        "WEBCHAT_ORIGINS": host.origin,
        "BACKEND_DATA": str(ROOT / "backend" / "demo_shop"),
    }
    async with running(Server(tmp_path, models, settings)) as server:
        yield server


async def test_a_talk_goes_on_when_the_server_died_and_came_back(
    visits: Visits, mortal: Server
) -> None:
    chat = await (await visits(mortal.address)).open()
    await chat.ask("ソラはありますか", "サイズ")
    await mortal.kill()
    await chat.say("26.5cm")
    await expect(chat.log).to_contain_text("26.5cm")
    await mortal.start()
    await chat.answered("26.5cm", "カラー")
    await shows_once(chat, "ソラはありますか", "26.5cm")


@pytest.mark.parametrize("shows_head", [True, False], ids=["body held", "all held"])
async def test_answers_come_through_a_proxy_that_buffers_streams(
    visits: Visits, counter: Server, shows_head: bool
) -> None:
    async with buffering(counter.address, shows_head=shows_head) as (address, wire):
        chat = await (await visits(address)).open()
        await chat.ask(HOURS, CLOSES)
        await chat.ask(PHONE_NUMBER, NUMBER)
        assert wire.streams > 0
        await shows_once(chat, HOURS, PHONE_NUMBER)


async def test_a_message_the_counter_refuses_can_be_sent_again(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    posts = "**/webchat/messages"
    await chat.page.route(posts, _refuse)
    await chat.say(PHONE_NUMBER)
    await expect(chat.again).to_be_visible()
    assert (await chat.own())[-1].state == "failed"
    await chat.page.unroute(posts)
    await chat.again.click()
    await chat.answered(PHONE_NUMBER, NUMBER)
    await shows_once(chat, HOURS, PHONE_NUMBER)
    await expect(chat.again).to_have_count(0)


async def test_a_message_refused_for_good_is_not_sent_again_by_itself(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    posts = "**/webchat/messages"
    await chat.page.route(posts, _refuse)
    await chat.say(PHONE_NUMBER)
    await expect(chat.log).to_contain_text("送信できませんでした")
    await chat.page.unroute(posts)
    await chat.page.context.set_offline(True)
    await chat.page.context.set_offline(False)
    # The talk goes past it, also on the next page.
    await chat.ask("ソラはありますか", "サイズ")
    await expect(chat.choice("26.5cm")).to_be_visible()
    await chat.page.reload()
    await chat.open()
    await chat.ask(HOURS, CLOSES)
    failed = [own.text for own in await chat.own() if own.state == "failed"]
    assert len(failed) == 1
    assert PHONE_NUMBER in failed[0]
    await expect(chat.again).to_have_count(1)
    await chat.again.click()
    await chat.answered(PHONE_NUMBER, NUMBER)


async def _refuse(route: Route) -> None:
    if route.request.method == "POST":
        refused = {"type": "urn:problem:invalid-request", "status": 400}
        await route.fulfill(status=400, json=refused, headers=await _cors(route))
    else:
        await route.continue_()


async def _cors(route: Route) -> dict[str, str]:
    origin = await route.request.header_value("origin") or "*"
    return {"Access-Control-Allow-Origin": origin}


async def test_who_writes_too_much_is_asked_to_wait_and_then_heard(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    limited = []

    async def limit_once(route: Route) -> None:
        if route.request.method != "POST" or limited:
            await route.continue_()
            return
        limited.append(route)
        headers = {"Retry-After": "1", "Access-Control-Expose-Headers": "Retry-After"}
        problem = {
            "type": "urn:problem:rate-limited",
            "status": 429,
            "detail": "少々お待ちください",
        }
        await route.fulfill(status=429, json=problem, headers=headers | await _cors(route))

    await chat.page.route("**/webchat/messages", limit_once)
    await chat.ask(PHONE_NUMBER, NUMBER)
    assert limited
    await shows_once(chat, HOURS, PHONE_NUMBER)


async def test_a_session_that_ended_begins_anew_and_keeps_what_was_written(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    token = await _token(chat)
    ended = await chat.page.request.post(
        f"{counter.address}/webchat/logout", headers={"Authorization": f"Bearer {token}"}
    )
    assert ended.status == 204
    await chat.ask(PHONE_NUMBER, NUMBER)
    assert await _token(chat) != token
    await shows_once(chat, PHONE_NUMBER)
    assert any(message.author == "system" for message in await chat.messages())
