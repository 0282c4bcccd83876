"""Visitors of the shop's pages, each with a browser profile of their own."""

from __future__ import annotations

from typing import Any, Literal

from tests.browser.chromium import (
    PATIENCE_SECONDS,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    end,
)
from tests.browser.host import Host
from tests.browser.widget import Widget

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
LOCALES = {"ja": "ja-JP", "en": "en-GB"}


class Visits:
    """Opens pages, and notes every fault a page reports by itself."""

    def __init__(self, browser: Browser, host: Host) -> None:
        self._browser = browser
        self._host = host
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    async def __call__(
        self,
        server: str,
        lang: str = "ja",
        *,
        device: dict[str, Any] = DESKTOP,
        scheme: Literal["light", "dark"] = "light",
        **attributes: str,
    ) -> Widget:
        """A new visitor on a page of the shop; `data_…` are attributes of the widget's tag."""
        profile = await self.profile(lang, device=device, color_scheme=scheme)
        page = await profile.new_page()
        await page.goto(self._host.page(server, lang=lang, **attributes))
        return Widget(page, lang)

    async def profile(self, lang: str = "ja", **wish: Any) -> BrowserContext:
        """A new browser profile, whose pages report their faults here."""
        device = wish.pop("device", DESKTOP)
        profile = await self._browser.new_context(
            locale=LOCALES[lang], timezone_id="Asia/Tokyo", **device, **wish
        )
        profile.set_default_timeout(PATIENCE_SECONDS * 1000)
        profile.on("page", self._watch)
        self._contexts.append(profile)
        return profile

    async def tab(self, widget: Widget) -> Widget:
        """The same visitor opens the same page once more."""
        page = await widget.page.context.new_page()
        await page.goto(widget.page.url)
        return Widget(page, widget.language)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._on_console)
        page.on("dialog", self._on_dialog)

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    async def _on_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    async def close(self) -> None:
        await end(self._contexts)
