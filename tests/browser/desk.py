"""The staff's desk on a page, as a staff member sees and uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from tests.browser.chromium import (
    PATIENCE_SECONDS,
    Browser,
    BrowserContext,
    Locator,
    Page,
    end,
    expect,
)
from tests.browser.visits import DESKTOP, LOCALES
from tests.browser.widget import until
from tests.support.server import Server
from tests.support.staff import PASSWORD
from tests.support.staff import hire as add_agent

GROUPS = {"us": "対応が必要", "customer": "お客様待ち", "store": "店舗待ち"}
_EXPECTED = ("401", "404", "409", "net::ERR_")


@dataclass(frozen=True)
class Staff:
    """Somebody who works at the desk."""

    email: str
    name: str
    role: Literal["agent", "supervisor", "admin", "store"] = "agent"
    languages: tuple[str, ...] = ("ja", "en")
    store: str | None = None


SATO = Staff("sato@example.com", "佐藤")
TANAKA = Staff("tanaka@example.com", "田中")
CHIEF = Staff("chief@example.com", "鈴木", "supervisor")
ABROAD = Staff("smith@example.com", "Smith", languages=("en", "ja"))
SHIBUYA = Staff("shibuya@example.com", "渋谷店", "store", store="shibuya")
EVERYBODY = (SATO, TANAKA, CHIEF, ABROAD, SHIBUYA)


async def hire(server: Server, *newcomers: Staff) -> None:
    """They work here from now on: what `madoguchi agents add` does, beside the running server."""
    for who in newcomers:
        await add_agent(
            server.folder / "var",
            who.name,
            who.role,
            email=who.email,
            store=who.store,
            languages=who.languages,
            file="madoguchi.db",
        )


class Desk:
    """The desk in one browser, of one staff member."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.pages = page.get_by_role("navigation", name="ページ", exact=True)
        self.status = page.get_by_role("button", name="現在は")
        self.queue = page.get_by_role("navigation", name="会話の一覧")
        self.talk = page.get_by_role("region", name="会話", exact=True)
        self.log = self.talk.get_by_role("log", name="やりとり")
        self.aside = page.get_by_role("complementary", name="お客様と要約")
        self.reply_box = page.get_by_role("textbox", name="お客様への返信")
        self.note_box = page.get_by_role("textbox", name="社内メモ")
        self.canned = page.get_by_role("listbox", name="定型文").get_by_role("option")
        self.dialog = page.get_by_role("dialog")
        self.toast = page.locator(".toast")

    async def log_in(self, staff: Staff = SATO, password: str = PASSWORD) -> Desk:
        """Come in without the log-in page, and be told from now on what happens."""
        said = {"email": staff.email, "password": password}
        answer = await self.page.request.post(f"{self.server}/desk/api/login", data=said)
        assert answer.ok, await answer.text()
        await self.page.goto(f"{self.server}/desk")
        await expect(self.queue).to_be_visible()
        return self

    async def give(self, staff: Staff, password: str = PASSWORD) -> None:
        """Fill in the log-in page."""
        await self.page.get_by_label("メールアドレス").fill(staff.email)
        await self.page.get_by_label("パスワード").fill(password)
        await self.page.get_by_role("button", name="ログイン").click()

    def group(self, turn: str) -> Locator:
        """A group of the queue: "us", "customer" or "store"."""
        return self.queue.locator(f'section[data-turn="{turn}"]')

    def row(self, conversation: str, turn: str | None = None) -> Locator:
        """A conversation in the queue, in whichever group."""
        within = self.group(turn) if turn else self.queue
        return within.locator(f'li[data-id="{conversation}"] a')

    def button(self, name: str) -> Locator:
        return self.talk.get_by_role("button", name=name, exact=True)

    def message(self, text: str) -> Locator:
        """An entry of the timeline."""
        return self.log.get_by_role("article").filter(has_text=text)

    async def ids(self) -> set[str]:
        """All conversations in the queue."""
        rows = self.queue.locator("li[data-id]")
        return set(await rows.evaluate_all("rows => rows.map(row => row.dataset.id)"))

    @asynccontextmanager
    async def arrival(self) -> AsyncIterator[Arrival]:
        """Who comes into the queue meanwhile."""
        come = Arrival()
        before = await self.ids()
        yield come

        async def look() -> set[str] | None:
            return await self.ids() - before or None

        (come.id,) = await until(look, self.ids)

    async def open(self, conversation: str) -> Desk:
        await self.row(conversation).click()
        await expect(self.log.get_by_role("article").first).to_be_visible()
        return self

    async def take(self, conversation: str) -> Desk:
        """Open it and take it."""
        await self.open(conversation)
        await self.button("引き受ける").click()
        await expect(self.reply_box).to_be_visible()
        return self

    async def reply(self, text: str) -> None:
        await self.reply_box.fill(text)
        await self.reply_box.press("Enter")
        await expect(self.message(text)).to_have_attribute("data-author", "agent")

    async def correct(self, answer: str, right: str) -> None:
        """Say that an answer of the bot is wrong, and what is right."""
        said = self.message(answer).first
        await said.get_by_role("button", name="誤りを報告").click()
        await self.dialog.get_by_label("正しい回答").fill(right)
        await self.dialog.get_by_role("button", name="誤りを報告").click()
        await expect(self.toast).to_contain_text("誤りを記録しました。")

    async def go_to(self, name: str) -> None:
        """One of the pages beside the talks."""
        await self.pages.get_by_role("link", name=name, exact=True).click()

    async def settings(self) -> None:
        """Open the menu with what one chooses for oneself."""
        await self.page.locator("summary").filter(has_text="設定").click()

    async def more(self, name: str) -> None:
        """One of the actions behind the button with the dots."""
        await self.talk.locator("summary").click()
        await self.button(name).click()


@dataclass
class Arrival:
    """A conversation that came into the queue."""

    id: str = ""


class Desks:
    """Opens desks, each with a browser profile of its own; notes what the pages report."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._profiles: list[BrowserContext] = []
        self.faults: list[str] = []

    async def __call__(
        self, staff: Staff | None = SATO, *, device: dict[str, Any] = DESKTOP, **wish: Any
    ) -> Desk:
        """A desk, logged in unless `staff` is None; `wish` is for the browser."""
        profile = await self._browser.new_context(
            locale=LOCALES["ja"], timezone_id="Asia/Tokyo", **device, **wish
        )
        profile.set_default_timeout(PATIENCE_SECONDS * 1000)
        self._profiles.append(profile)
        page = await profile.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        desk = Desk(page, self._server.address)
        if staff:
            await desk.log_in(staff)
        return desk

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not any(status in text for status in _EXPECTED):
            self.faults.append(text)

    async def close(self) -> None:
        await end(self._profiles)
