"""What the accessibility checker finds on a page."""

from __future__ import annotations

from tests.browser.chromium import AXE, Page, missing

# Of what passes it need not tell more than that: that would take most of its time.
_CHECK = "options => axe.run(document, {resultTypes: ['violations'], ...options})"


async def axe(page: Page, **options: bool) -> list[str]:
    """Its complaints, the widget's inside with them; `options` are axe's own."""
    if not AXE.exists():
        missing("axe-core")
    # Strict pages let no script in; the checker comes by way of the browser itself.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(_CHECK, options)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
