"""Without a mouse, without sight, enlarged, in the dark, at rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.access import axe
from tests.browser.chromium import expect
from tests.browser.conftest import Photograph
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.browser.widget import RUNNING, Widget
from tests.support.server import Server

HOURS = "渋谷店は何時までですか"
CLOSES = "11:00–21:00"
FOCUSED = """() => {
    let found = document.activeElement;
    while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    return found?.getAttribute("aria-label") || found?.innerText || found?.id || found?.tagName;
}"""


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    visits: Visits, counter: Server, photograph: Photograph, device: dict[str, Any], scheme: Any
) -> None:
    chat = await visits(counter.address, device=device, scheme=scheme)
    await expect(chat.launcher).to_be_visible()
    await chat.at_rest()
    assert await axe(chat.page) == []
    await chat.open()
    await chat.at_rest()
    assert await axe(chat.page) == []
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    await expect(chat.choice("お取り置きする")).to_be_visible()
    await chat.at_rest()
    assert await axe(chat.page) == []
    name = "phone" if device is PHONE else "desktop"
    await photograph(chat.page, f"{name}-{scheme}-talk")
    await chat.button(chat.names.menu).click()
    await chat.at_rest()
    await photograph(chat.page, f"{name}-{scheme}-menu")
    assert await axe(chat.page) == []


@pytest.mark.parametrize("accent", ["#ffe14d", "#0b57d0", "#7fd1ae", "#111111"])
async def test_every_accent_can_be_read(visits: Visits, counter: Server, accent: str) -> None:
    for scheme in ("light", "dark"):
        chat = await visits(counter.address, scheme=scheme, data_accent=accent)
        await chat.open()
        await chat.ask(HOURS, CLOSES)
        await chat.at_rest()
        assert await axe(chat.page) == []


async def test_a_failed_message_is_told_to_everybody(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask(HOURS, CLOSES)
    origin = chat.page.url.partition("/?")[0]
    headers = {"Access-Control-Allow-Origin": origin}
    posts = "**/webchat/messages"
    await chat.page.route(posts, lambda route: route.fulfill(status=400, headers=headers))
    await chat.say("ありがとう")
    await expect(chat.again).to_be_visible()
    await chat.at_rest()
    assert await axe(chat.page) == []
    await photograph(chat.page, "desktop-failed")


async def test_a_talk_needs_no_mouse(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address)
    await expect(chat.launcher).to_be_visible()
    await _tab_to(chat, chat.names.launcher)
    await chat.page.keyboard.press("Enter")
    await expect(chat.box).to_be_focused()
    await chat.page.keyboard.type("ソラの26.5cm ブラック、渋谷店にありますか")
    await chat.page.keyboard.press("Enter")
    await expect(chat.choice("今はやめておく")).to_be_visible()
    await expect(chat.box).to_be_focused()
    await _tab_to(chat, "今はやめておく", back=True)
    await chat.page.keyboard.press("Enter")
    await chat.answered("今はやめておく")
    await expect(chat.box).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def _tab_to(chat: Widget, name: str, *, back: bool = False) -> None:
    """Press Tab until that is focused, as one who cannot see where it is."""
    for _ in range(30):
        if name in (await chat.page.evaluate(FOCUSED) or ""):
            return
        await chat.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} cannot be reached")


async def test_every_control_has_a_place_in_the_tab_order(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    names = chat.names
    for name in (names.menu, names.close, "お取り置きする", names.box, names.send):
        await chat.box.fill("x")
        await _tab_to(chat, name, back=True)


async def test_on_a_phone_the_focus_stays_in_the_panel(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, device=PHONE)).open()
    assert await chat.panel.evaluate("panel => panel.matches(':modal')")
    seen = set()
    for _ in range(20):
        await chat.page.keyboard.press("Tab")
        seen.add(await chat.page.evaluate("document.activeElement?.id"))
    assert not seen & {"before", "newsletter"}


async def test_on_a_desktop_the_page_stays_usable(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    assert not await chat.panel.evaluate("panel => panel.matches(':modal')")
    await chat.page.locator("#before").click()
    await expect(chat.panel).to_be_visible()


async def test_what_is_new_is_announced(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, data_name="そよぎ商店")).open()
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    await expect(chat.panel).to_have_accessible_name("そよぎ商店")


@pytest.mark.parametrize("size", [(640, 400), (320, 568)], ids=["200 percent", "400 percent"])
async def test_enlarged_everything_can_be_reached(
    visits: Visits, counter: Server, photograph: Photograph, size: tuple[int, int]
) -> None:
    width, height = size
    device = {"viewport": {"width": width, "height": height}, "device_scale_factor": 2}
    chat = await (await visits(counter.address, device=device)).open()
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    await chat.at_rest()
    await photograph(chat.page, f"zoom-{width}")
    for control in (chat.box, chat.send, chat.close, chat.choice("お取り置きする")):
        await control.scroll_into_view_if_needed()
        await expect(control).to_be_in_viewport(ratio=1)
    assert await chat.log.evaluate("log => log.scrollWidth <= log.clientWidth")
    log = await chat.log.bounding_box()
    assert log is not None
    assert log["height"] >= height / 4


async def test_nothing_moves_for_those_who_asked_for_rest(visits: Visits, counter: Server) -> None:
    calm = {**DESKTOP, "reduced_motion": "reduce"}
    chat = await (await visits(counter.address, device=calm)).open()
    await chat.say(HOURS)
    moving = await chat.page.evaluate(
        f"({RUNNING})().map(each => each.animationName ?? each.transitionProperty)"
    )
    assert moving == []
    await chat.answered(HOURS, CLOSES)


async def test_controls_are_large_enough_for_thumbs(visits: Visits, counter: Server) -> None:
    """WCAG 2.2 AA asks for 24 px; thumbs like 40."""
    chat = await visits(counter.address, device=PHONE)
    sizes = [await chat.launcher.bounding_box()]
    await chat.open()
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    await chat.at_rest()
    for control in (chat.send, chat.close, chat.button(chat.names.menu), chat.choice("今は")):
        sizes.append(await control.bounding_box())
    assert [size for size in sizes if size is None or min(size["width"], size["height"]) < 40] == []


async def test_a_finger_leaves_no_button_looking_chosen(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, device=PHONE)).open()
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "渋谷店")
    look = "each => getComputedStyle(each).backgroundColor"
    choice = chat.choice("お取り置きする")
    await chat.at_rest()
    plain = await choice.evaluate(look)
    await choice.hover()
    await chat.at_rest()
    assert await choice.evaluate(look) == plain
