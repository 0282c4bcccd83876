"""The widget's files as a browser gets them."""

import gzip
import re

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel.memory import InMemoryCounter
from connectors.webchat import InMemorySessions, Look, WebChat
from connectors.webchat.assets import MODULES
from connectors.webchat.conftest import MovableClock, browser

LOADER = "/webchat/widget.js"
FILES = (LOADER, *(f"/webchat/widget/{path.name}" for path in MODULES))
SOMEWHERE = "https://somewhere-else.example"


@pytest.mark.parametrize("path", FILES)
async def test_a_page_of_any_origin_may_load_every_file(page: httpx.AsyncClient, path: str) -> None:
    served = await page.get(path, headers={"Origin": SOMEWHERE})
    assert served.status_code == 200
    assert served.headers["content-type"] == "text/javascript; charset=utf-8"
    assert served.headers["access-control-allow-origin"] == "*"
    assert served.headers["cross-origin-resource-policy"] == "cross-origin"
    assert served.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", [*FILES, "/webchat/config"])
async def test_a_browser_that_has_a_file_is_not_sent_it_again(
    page: httpx.AsyncClient, path: str
) -> None:
    first = await page.get(path)
    again = await page.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["access-control-allow-origin"] == "*"
    changed = await page.get(path, headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200


async def test_files_are_compressed_for_who_can_read_that(page: httpx.AsyncClient) -> None:
    packed = await page.get(LOADER, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    plain = await page.get(LOADER, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


async def test_the_widget_is_light(page: httpx.AsyncClient) -> None:
    sizes = {path: len(gzip.compress((await page.get(path)).content)) for path in FILES}
    assert sizes[LOADER] <= 5 * 1024
    assert sum(sizes.values()) <= 40 * 1024


@pytest.mark.parametrize("path", FILES)
async def test_no_file_asks_for_what_a_strict_page_forbids(
    page: httpx.AsyncClient, path: str
) -> None:
    text = (await page.get(path)).text
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )
    assert not re.search(r"""setAttribute\(\s*["'](style|on)""", text)
    assert not re.search(r"""https?://(?!www\.w3\.org/|www\.google\.com/maps/)\w""", text)


@pytest.mark.parametrize("path", FILES)
async def test_every_import_leads_to_a_file_that_is_served(
    page: httpx.AsyncClient, path: str
) -> None:
    imported = re.findall(r"""from "\./([\w-]+\.js)\"""", (await page.get(path)).text)
    for name in imported:
        assert f"/webchat/widget/{name}" in FILES


@pytest.mark.parametrize(
    "path",
    [
        "/webchat/widget/",
        "/webchat/widget/../channel.py",
        "/webchat/widget/..%2fchannel.py",
        "/webchat/widget/%2e%2e/channel.py",
        "/webchat/widget//etc/passwd",
        "/webchat/widget/chat.js/",
        "/webchat/widget/chat.js%00",
        "/webchat/widget/nothing.js",
    ],
)
async def test_nothing_else_is_served(page: httpx.AsyncClient, path: str) -> None:
    request = httpx.Request("GET", "http://chat.example/")
    request.url = httpx.URL("http://chat.example").copy_with(raw_path=path.encode())
    assert (await page.send(request)).status_code == 404


def dressed(clock: MovableClock, look: Look) -> httpx.AsyncClient:
    chat = WebChat(InMemorySessions(), now=clock, look=look)
    return browser(Starlette(routes=chat.routes(InMemoryCounter())))


async def test_the_shops_look_is_told_to_every_page(clock: MovableClock) -> None:
    async with dressed(clock, Look("青葉", "/i.svg", "#0A7D5A", ("ja",))) as page:
        told = await page.get("/webchat/config", headers={"Origin": SOMEWHERE})
    assert told.json() == {
        "brand": {"name": "青葉", "icon": "/i.svg", "accent": "#0A7D5A"},
        "languages": ["ja"],
        "elsewhere": [{"channel": "line"}, {"channel": "telegram"}],
    }
    assert told.headers["cache-control"] == "public, max-age=300"
    assert told.headers["access-control-allow-origin"] == "*"


async def test_the_button_has_the_shops_colour_before_anything_else_is_loaded(
    clock: MovableClock,
) -> None:
    async with dressed(clock, Look(accent="#0A7D5A")) as page:
        assert 'const SHOP_ACCENT = "#0A7D5A";' in (await page.get(LOADER)).text
