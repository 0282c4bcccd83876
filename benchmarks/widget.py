"""From the tap to the painted panel, in Chromium.

    python benchmarks/widget.py [samples, default 20]

Starts `madoguchi demo` in a scratch folder and opens the chat on its page: as a new visitor, whose
first tap also loads the chat, and again when it is loaded; on a desktop, and on a phone of a
quarter of its speed. Reports milliseconds from the tap to the end of the frame that shows the
panel.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from playwright.async_api import Browser, Page, async_playwright

PORT = 8078
ADDRESS = f"http://127.0.0.1:{PORT}"
START_SECONDS = 120
PHONE_SLOWDOWN = 4
WATCH = """() => {
    const chat = document.querySelector("madoguchi-chat").shadowRoot;
    const painted = () => {
        const panel = chat.querySelector("[role=dialog]");
        return panel && panel.checkVisibility({visibilityProperty: true});
    };
    window.painted = new Promise(resolve => addEventListener("pointerdown", tap => {
        const look = () => requestAnimationFrame(() => {
            if (!painted()) return look();
            // A message is handled after the frame in which it was sent.
            const after = new MessageChannel();
            after.port1.onmessage = () => resolve(performance.now() - tap.timeStamp);
            after.port2.postMessage(null);
        });
        look();
    }, {capture: true, once: true}));
}"""


@asynccontextmanager
async def demo() -> AsyncIterator[None]:
    """The product in a scratch folder, with the model that is there already."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path("var") / "models"
        if kept.exists():
            shutil.copytree(kept, Path(folder) / "var" / "models")
        command = [shutil.which("madoguchi", path=str(Path(sys.executable).parent)) or "madoguchi"]
        process = await asyncio.create_subprocess_exec(
            *command, "demo", "--port", str(PORT), cwd=folder, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
                while not await _is_ready(client):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            yield
        finally:
            process.terminate()
            await process.wait()


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get(f"{ADDRESS}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def visit(browser: Browser, *, phone: bool) -> tuple[float, float]:
    """Milliseconds of a new visitor's first opening, and of the second one."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
    profile = await browser.new_context(viewport=size, is_mobile=phone, has_touch=phone)
    page = await profile.new_page()
    if phone:
        processor = await profile.new_cdp_session(page)
        rate = {"rate": PHONE_SLOWDOWN}
        await processor.send("Emulation.setCPUThrottlingRate", rate)
    await page.goto(ADDRESS)
    await page.wait_for_load_state("networkidle")
    first = await opening(page, phone=phone)
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").wait_for(state="hidden")
    second = await opening(page, phone=phone)
    await profile.close()
    return first, second


async def opening(page: Page, *, phone: bool) -> float:
    launcher = page.locator("madoguchi-chat button").first
    await launcher.wait_for()
    await page.evaluate(WATCH)
    await (launcher.tap() if phone else launcher.click())
    return float(await page.evaluate("painted"))


def report(name: str, milliseconds: list[float]) -> None:
    cuts = statistics.quantiles(milliseconds, n=20, method="inclusive")
    print(f"{name:<28} p50 {cuts[9]:6.1f} ms   p95 {cuts[18]:6.1f} ms")


async def main(samples: int) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("not measured: Chromium is not installed (tests/browser/setup.sh)")
        return
    async with demo(), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, phone in (("desktop", False), ("phone", True)):
            taken = [await visit(browser, phone=phone) for _ in range(samples)]
            report(f"{name}, first tap", [first for first, _ in taken])
            report(f"{name}, chat is loaded", [second for _, second in taken])
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
