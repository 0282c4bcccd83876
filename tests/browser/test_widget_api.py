"""What the shop's page can do with the chat: `window.Madoguchi`, and the badge."""

from __future__ import annotations

import re
import time

import jwt

from tests.browser.chromium import expect
from tests.browser.conftest import IDENTITY_KEY, Photograph
from tests.browser.visits import Visits
from tests.browser.widget import NAMES, Widget, until
from tests.support.server import Server

HOURS = "渋谷店は何時までですか"
CLOSES = "11:00–21:00"
EVENTS = ("ready", "open", "close", "message", "unread", "identified", "error")
LISTEN = """names => {
    window.heard = [];
    window.leave = names.map(name => Madoguchi.on(name, value => heard.push([name, value])));
}"""


def signed(member: str, key: str = IDENTITY_KEY, seconds: int = 600) -> str:
    """What the shop's server says about who is logged in."""
    return jwt.encode({"sub": member, "exp": int(time.time()) + seconds}, key, algorithm="HS256")


async def listening(chat: Widget) -> None:
    await expect(chat.launcher).to_be_visible()
    await chat.page.evaluate(LISTEN, EVENTS)


async def hears(chat: Widget, name: str) -> object:
    """Wait for an event; what came with the last one of that name."""

    async def heard() -> list[list[object]]:
        return list(await chat.page.evaluate("heard"))

    async def look() -> list[object] | None:
        return next((e for e in reversed(await heard()) if e[0] == name), None)

    return (await until(look, heard))[1]


async def post(chat: Widget, text: str) -> None:
    """The customer writes in another browser window of the same session."""
    token = await chat.page.evaluate("JSON.parse(localStorage.madoguchi).token")
    server = await chat.page.evaluate("new URL(document.querySelector('script[async]').src).origin")
    answer = await chat.page.request.post(
        f"{server}/webchat/messages",
        data={"client_id": f"elsewhere-{time.monotonic_ns()}", "text": text},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status == 202


async def test_the_page_opens_and_closes_the_chat(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    await chat.page.evaluate("Madoguchi.open()")
    await expect(chat.box).to_be_visible()
    await hears(chat, "open")
    await chat.page.evaluate("Madoguchi.close()")
    await expect(chat.panel).to_be_hidden()
    await hears(chat, "close")
    await hears(chat, "ready")


async def test_the_page_hears_what_is_said_until_it_leaves(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    await chat.open()
    await chat.ask(HOURS, CLOSES)
    assert await hears(chat, "message")
    await chat.page.evaluate("leave.forEach(stop => stop()), heard.length = 0")
    await chat.ask("梅田店の電話番号を教えてください", "梅田店")
    assert await chat.page.evaluate("heard") == []


async def test_a_listener_that_fails_does_not_stop_the_chat(
    visits: Visits, counter: Server
) -> None:
    chat = await visits(counter.address)
    await expect(chat.launcher).to_be_visible()
    # `void`: Playwright calls a function that comes back, and that one unsubscribes.
    await chat.page.evaluate("void Madoguchi.on('message', () => { throw Error('the page') })")
    await chat.open()
    await chat.ask(HOURS, CLOSES)

    async def look() -> list[str]:
        return visits.faults

    async def faults() -> bool:
        return bool(visits.faults)

    await until(faults, look)
    assert set(visits.faults) == {"the page"}
    visits.faults.clear()


async def test_a_closed_chat_shows_how_much_is_unread(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    await chat.open()
    await chat.ask(HOURS, CLOSES)
    await chat.close.click()
    await post(chat, "梅田店の電話番号を教えてください")
    await expect(chat.launcher).to_have_accessible_name(re.compile("未読.*[1-9]"))
    assert await hears(chat, "unread")
    await photograph(chat.page, "desktop-unread")
    await chat.page.reload()
    await expect(chat.launcher).to_have_accessible_name(re.compile("未読.*[1-9]"))
    await chat.open()
    await expect(chat.log).to_contain_text("梅田店")
    await chat.close.click()
    await expect(chat.launcher).to_have_accessible_name(NAMES["ja"].launcher)


async def test_who_is_logged_in_on_the_page_is_known_in_the_chat(
    visits: Visits, counter: Server
) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    await chat.page.evaluate("jwt => Madoguchi.identify(jwt)", signed("m-028"))
    await hears(chat, "identified")
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "前田様のポイントは")


async def test_a_log_in_that_was_forged_changes_nothing(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    forged = signed("m-001", key="another key, which is long enough too")
    await chat.page.evaluate("jwt => Madoguchi.identify(jwt).catch(() => {})", forged)
    await hears(chat, "error")
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "ご本人")


async def test_logging_out_leaves_nothing_behind(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address)
    await listening(chat)
    await chat.page.evaluate("jwt => Madoguchi.identify(jwt)", signed("m-019"))
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "木村様のポイントは")
    token = await chat.page.evaluate("JSON.parse(localStorage.madoguchi).token")
    await chat.page.evaluate("Madoguchi.reset()")
    await chat.page.evaluate("Madoguchi.open()")
    await expect(chat.box).to_be_visible()
    assert "木村" not in await chat.panel.inner_text()
    assert token not in str(await chat.page.evaluate("JSON.stringify(localStorage)"))
    await chat.ask("ポイントは何ポイントありますか", "ご本人")
    answer = await chat.page.request.get(
        f"{counter.address}/webchat/messages", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status == 401


async def test_another_member_on_the_same_page_does_not_see_the_first_ones_talk(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.page.evaluate("jwt => Madoguchi.identify(jwt)", signed("m-022"))
    await chat.ask("ポイントは何ポイントありますか", "山崎様のポイントは")
    await chat.page.evaluate("jwt => Madoguchi.identify(jwt)", signed("m-024"))
    await expect(chat.log).not_to_contain_text("山崎")
    await chat.ask("ポイントは何ポイントありますか", "池田様のポイントは")
    await chat.page.reload()
    await chat.open()
    await expect(chat.log).to_contain_text("池田")
    assert "山崎" not in await chat.log.inner_text()


async def test_the_page_changes_the_language(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.page.evaluate("Madoguchi.setLocale('en')")
    english = Widget(chat.page, "en")
    await expect(english.box).to_be_visible()
    await expect(english.log).to_be_visible()
    await english.close.click()
    await expect(english.launcher).to_be_visible()


async def test_the_tag_changes_the_language(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address, "ja", data_locale="en")
    english = await Widget(chat.page, "en").open()
    await english.ask("what time does Shibuya close?", "11:00–21:00")


async def test_the_chat_is_there_once_on_a_page_with_two_tags(
    visits: Visits, counter: Server
) -> None:
    chat = await visits(counter.address)
    await expect(chat.launcher).to_be_visible()
    await chat.page.evaluate(
        """async () => {
            const again = document.createElement("script");
            again.src = document.querySelector("script[async]").src;
            const loaded = new Promise(resolve => again.onload = resolve);
            document.head.append(again);
            await loaded;
        }"""
    )
    await expect(chat.launcher).to_have_count(1)
