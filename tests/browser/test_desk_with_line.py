"""What the desk shows of a talk on LINE: pictures, what was taken back, what did not go out."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import segno
import yaml

from bot.config import ROOT
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from tests.browser.chromium import Browser, expect
from tests.browser.conftest import SETTINGS, Photograph, running
from tests.browser.customers import customer
from tests.browser.desk import SATO, Desk, Desks, hire
from tests.browser.test_desk_access import REST, faults
from tests.browser.test_desk_joined import JOINED
from tests.browser.test_widget_api import signed
from tests.support import line as lines
from tests.support import openid
from tests.support.server import Server, free_port

TUESDAY_NOON = "2026-11-24T12:00:00+09:00"
PUSH = "/v2/bot/message/push"
MEMBER = "m-031"
"""A member nobody else is on this counter."""
RECEIPT = segno.make("レシート")
PIXELS = RECEIPT.symbol_size()[0]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def provider_and_port() -> AsyncIterator[tuple[openid.OpenIdProvider, int]]:
    """Where staff log in, and the port of the desk they come back to."""
    port = free_port()
    async with openid.provider(f"http://127.0.0.1:{port}/desk/sso/callback") as opened:
        opened.claims["email"] = SATO.email
        yield opened, port


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def line(
    provider_and_port: tuple[openid.OpenIdProvider, int],
    models: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Server, LineSimulator]]:
    """A counter that is on LINE, whose staff may log in elsewhere; and LINE."""
    provider, port = provider_and_port
    async with lines.line_at(f"http://127.0.0.1:{port}") as (simulator, address):
        settings = {
            **SETTINGS,
            "CLOCK": TUESDAY_NOON,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DESK_SSO_SECRET": openid.SECRET,
            "LINE_CHANNEL_SECRET": lines.SECRET,
            "LINE_ACCESS_TOKEN": lines.TOKEN,
            "LINE_API_BASE": address,
            "LINE_DATA_API_BASE": address,
        }
        server = Server(tmp_path_factory.mktemp("line"), models, settings, port=port)
        config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
        config["bot"]["desk"]["sso"] = {"issuer": provider.address, "client_id": openid.CLIENT}
        (server.folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
        async with running(server):
            await hire(server, SATO)
            yield server, simulator


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, line: tuple[Server, LineSimulator]) -> AsyncIterator[Desk]:
    """A desk where nobody has logged in yet."""
    opened = Desks(browser, line[0])
    yield await opened(None, **REST)
    await opened.close()
    assert opened.faults == []


@pytest.fixture
def hanako(line: tuple[Server, LineSimulator], request: pytest.FixtureRequest) -> Phone:
    """A customer on LINE whom nobody has seen before."""
    return line[1].phone(f"花子 {request.node.name}")


async def taken(desk: Desk, phone: Phone) -> str:
    """The conversation of a customer who asked for a person and has one."""
    await desk.log_in()
    async with desk.arrival() as come:
        await lines.ask(phone, "担当者と話したいです")
    await desk.take(come.id)
    await lines.until(lambda: any("佐藤に代わりました" in said for said in phone.said()))
    return come.id


async def test_a_picture_the_customer_sent_is_seen(
    desk: Desk, hanako: Phone, photograph: Photograph
) -> None:
    await taken(desk, hanako)
    drawn = io.BytesIO()
    RECEIPT.save(drawn, kind="png")
    await hanako.send_picture(drawn.getvalue(), "image/png")
    picture = desk.log.locator("[data-author=customer] img")
    await expect(picture).to_have_js_property("naturalWidth", PIXELS)
    await photograph(desk.page, "desk-line-picture")
    assert await faults(desk.page) == []


async def test_what_the_customer_took_back_is_not_seen_any_more(
    desk: Desk, hanako: Phone, photograph: Photograph
) -> None:
    await taken(desk, hanako)
    sent = await hanako.write("暗証番号は八二七一です")
    await expect(desk.message("八二七一")).to_be_visible()
    await hanako.unsend(sent["message"]["id"])
    await expect(desk.message("お客様が送信を取り消しました")).to_be_visible()
    await expect(desk.page.locator("body")).not_to_contain_text("八二七一")
    await photograph(desk.page, "desk-line-erased")
    assert await faults(desk.page) == []


async def test_what_did_not_go_out_is_sent_again(
    desk: Desk, line: tuple[Server, LineSimulator], hanako: Phone, photograph: Photograph
) -> None:
    conversation = await taken(desk, hanako)
    # The reply token went with the bot's answer: what staff write is pushed. LINE refuses it, and
    # refuses it once more in plain words.
    line[1].mischief.play("refused", PUSH, times=2)
    await desk.reply("27cmがございます")
    unsent = desk.message("27cmがございます").locator(".failed")
    await expect(unsent).to_contain_text("未送信：送信先のサービスに受け付けられませんでした。")
    await expect(unsent.locator("small")).to_contain_text("400")
    await photograph(desk.page, "desk-line-failed")
    assert await faults(desk.page) == []
    await desk.go_to("未送信")
    failed = desk.page.locator(".results li").filter(has_text="27cmがございます")
    await expect(failed).to_contain_text("LINE")
    await expect(failed).to_contain_text("未送信：送信先のサービスに受け付けられませんでした。")
    assert await faults(desk.page) == []
    assert "27cmがございます" not in hanako.said()
    await failed.get_by_role("button", name="再送する").click()
    await expect(desk.toast).to_contain_text("再送を受け付けました。")
    await lines.until(lambda: hanako.said()[-1] == "27cmがございます")
    await expect(failed).to_have_count(0)
    await desk.page.reload()
    await expect(desk.page.get_by_text("未送信のメッセージはありません。")).to_be_visible()
    await desk.open(conversation)
    await expect(desk.message("27cmがございます")).not_to_contain_text("未送信")


async def test_the_summary_calls_a_channel_by_its_name(desk: Desk, hanako: Phone) -> None:
    await taken(desk, hanako)
    await desk.button("自動応答に戻す").click()
    await desk.dialog.get_by_role("button", name="自動応答に戻す").click()
    await lines.until(lambda: any(each.get("label") == "★5" for each in hanako.actions()))
    await hanako.write("連携したい")
    await lines.until(lambda: "ほかのチャネルで続き" in hanako.said()[-1])
    await lines.tap(hanako, "ウェブチャットで続ける")
    await desk.page.reload()
    asked = desk.aside.get_by_role("listitem").filter(has_text="チャネルの連携")
    await expect(asked).to_have_text("チャネルの連携ウェブチャット")
    await expect(desk.message("••••-••••")).to_be_visible()


async def test_a_wish_nobody_has_taken_is_followed_to_the_member_it_turns_out_to_be(
    desk: Desk, line: tuple[Server, LineSimulator], hanako: Phone
) -> None:
    await desk.log_in()
    async with desk.arrival() as come:
        await lines.ask(hanako, "担当者と話したいです")
    await desk.open(come.id)
    await hanako.write("連携したい")
    await lines.until(lambda: "ほかのチャネルで続き" in hanako.said()[-1])
    before = len(hanako.said())
    await lines.tap(hanako, "ウェブチャットで続ける")
    code = re.search(r"\d{4}-\d{4}", "\n".join(await lines.answered(hanako, before)))
    assert code is not None
    async with customer(line[0].address) as at_home:
        await at_home.say(f"連携コード {code[0]}")
        await at_home.hears("LINEでのご相談")
        await expect(desk.message(code[0])).to_have_count(0)
        async with desk.arrival() as gone_on:
            await at_home.identify(signed(MEMBER))
        await expect(desk.page).to_have_url(re.compile(gone_on.id))
        await expect(desk.row(gone_on.id)).to_have_attribute("aria-current", "true")
        await expect(desk.row(come.id)).to_have_count(0)
        await expect(desk.message(JOINED)).to_have_count(2)  # the page, then the member
        await desk.take(gone_on.id)
        await desk.reply("お待たせいたしました。")
        await at_home.hears("お待たせいたしました。")


async def test_staff_come_in_with_the_account_they_have_elsewhere(
    desk: Desk, photograph: Photograph
) -> None:
    await desk.page.goto(f"{desk.server}/desk")
    link = desk.page.get_by_role("link", name="社内アカウントでログイン")
    await expect(link).to_be_visible()
    await photograph(desk.page, "desk-login-sso")
    assert await faults(desk.page) == []
    await link.click()
    await expect(desk.queue).to_be_visible()
    await desk.settings()
    await expect(desk.page.locator(".whoami")).to_contain_text(SATO.email)
