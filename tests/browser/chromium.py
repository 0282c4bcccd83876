"""Playwright, and the Chromium it drives."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest

from bot.config import ROOT

IN_CI = os.environ.get("CI") == "true"
if not IN_CI:
    pytest.importorskip(
        "playwright", reason="needs Playwright: pip install -e '.[browser]' (or make test)"
    )

from playwright.async_api import (  # noqa: E402
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Dialog,
    FrameLocator,
    Locator,
    Page,
    Request,
    Route,
    async_playwright,
    expect,
)

AXE = ROOT / ".venv" / "share" / "axe-core" / "axe.min.js"
PATIENCE_SECONDS = 60.0
"""For what a machine with other work takes long to do; nobody waits that long where all is well."""
expect.set_options(timeout=PATIENCE_SECONDS * 1000)

__all__ = [
    "AXE",
    "PATIENCE_SECONDS",
    "Browser",
    "BrowserContext",
    "CDPSession",
    "ConsoleMessage",
    "Dialog",
    "FrameLocator",
    "Locator",
    "Page",
    "Request",
    "Route",
    "chromium",
    "end",
    "expect",
    "missing",
]


def missing(what: str) -> NoReturn:
    """The test cannot run here: skipped, but failed in CI, where nothing may be missing."""
    reason = f"needs {what}: tests/browser/setup.sh (or make test) installs it"
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


async def end(profiles: list[BrowserContext]) -> None:
    """Close browser profiles, whatever their pages are still asking for."""
    for profile in profiles:
        for page in profile.pages:
            await page.unroute_all(behavior="ignoreErrors")
        await profile.close()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, or the one Playwright has installed for itself."""
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which(playwright.chromium.executable_path)
        if path is None:
            missing("Chromium")
        # Root, as CI is, has no sandbox.
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()
