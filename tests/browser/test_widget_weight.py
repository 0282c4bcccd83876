"""What the widget costs the page it stands on."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.config import ROOT
from tests.browser.chromium import Request, expect, missing
from tests.browser.host import Host
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.browser.widget import Widget
from tests.support.server import Server

FOLDER = ROOT / "connectors" / "webchat" / "widget"
FILES = sorted(FOLDER.rglob("*.js"))
LOADER_BYTES = 5 * 1024
ALL_BYTES = 40 * 1024
WATCH = """() => {
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            for (const {node, previousRect, currentRect} of entry.sources)
                if (node?.getRootNode() === document && node.localName !== "madoguchi-chat")
                    shifts.push([node.nodeName, previousRect.toJSON(), currentRect.toJSON()]);
    }).observe({type: "layout-shift", buffered: true});
}"""
PLACES = """() => [
    [scrollX, scrollY, document.documentElement.clientWidth],
    ...[...document.querySelectorAll("header, h1, main, p, footer")].map(each => {
        const {x, y, width, height} = each.getBoundingClientRect();
        return [each.localName, x, y, width, height];
    })]"""


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def test_the_widget_is_light() -> None:
    weights = {path.name: compressed(path) for path in FILES}
    assert weights["widget.js"] <= LOADER_BYTES
    assert sum(weights.values()) <= ALL_BYTES, weights


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_can_be_read_by_node(path: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
    # The loader is a classic script; the others are modules, which node knows by their name.
    copy = tmp_path / (path.name if path.name == "widget.js" else f"{path.stem}.mjs")
    shutil.copy(path, copy)
    checked = subprocess.run([node, "--check", copy], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr


async def test_a_new_visitor_loads_the_loader_only(
    visits: Visits, counter: Server, host: Host
) -> None:
    profile = await visits.profile()
    page = await profile.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.goto(host.page(counter.address, lang="ja"))
    chat = Widget(page, "ja")
    await expect(chat.launcher).to_be_visible()
    await page.wait_for_load_state("networkidle")
    ours = [each.url for each in asked if each.url.startswith(counter.address)]
    assert ours == [f"{counter.address}/webchat/widget.js"]
    assert await page.evaluate("Object.keys(localStorage)") == []
    assert await profile.cookies() == []


async def test_all_of_it_arrives_compressed_and_from_us_alone(
    visits: Visits, counter: Server, host: Host
) -> None:
    profile = await visits.profile()
    page = await profile.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.goto(host.page(counter.address, lang="ja"))
    chat = await Widget(page, "ja").open()
    await chat.ask("渋谷店は何時までですか", "11:00–21:00")
    assert all(each.url.startswith((counter.address, host.origin)) for each in asked)
    scripts = [each for each in asked if each.resource_type == "script"]
    assert len(scripts) > 1
    for script in scripts:
        response = await script.response()
        assert response is not None
        assert await response.header_value("content-encoding") == "gzip", script.url
    sizes = [await script.sizes() for script in scripts]
    assert sum(size["responseBodySize"] for size in sizes) <= ALL_BYTES


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_nothing_on_the_shops_page_moves(
    visits: Visits, counter: Server, host: Host, device: dict[str, Any]
) -> None:
    profile = await visits.profile(device=device)
    page = await profile.new_page()
    await page.add_init_script(f"({WATCH})()")
    await page.goto(host.page(counter.address, lang="ja"))
    chat = Widget(page, "ja")
    await expect(chat.launcher).to_be_visible()
    await page.evaluate("scrollTo(0, 500)")
    before = await page.evaluate(PLACES)
    await chat.open()
    if device is DESKTOP:
        assert await page.evaluate(PLACES) == before
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    await chat.close.click()
    await expect(chat.panel).to_be_hidden()
    assert await page.evaluate(PLACES) == before
    assert await page.evaluate("shifts") == []


async def test_the_page_behind_does_not_scroll_on_a_phone(visits: Visits, counter: Server) -> None:
    chat = await visits(counter.address, device=PHONE)
    await chat.page.evaluate("scrollTo(0, 300)")
    await chat.open()
    await chat.ask("渋谷店は何時までですか", "11:00–21:00")
    await chat.log.hover()
    await chat.page.mouse.wheel(0, 600)
    await chat.page.mouse.wheel(0, -900)
    await chat.close.click()
    await expect(chat.panel).to_be_hidden()
    assert await chat.page.evaluate("scrollY") == 300


async def test_the_panel_fills_a_phone_and_leaves_a_desktop_its_page(
    visits: Visits, counter: Server
) -> None:
    phone = await (await visits(counter.address, device=PHONE)).open()
    await phone.at_rest()
    assert await phone.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    size = await phone.box.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    assert size >= 16, "a smaller one makes phones zoom in"
    desktop = await (await visits(counter.address)).open()
    box = await desktop.panel.bounding_box()
    assert box is not None
    assert box["width"] == 380
    left = await (await visits(counter.address, data_position="left")).open()
    box = await left.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
