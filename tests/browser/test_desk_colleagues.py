"""What one of them does is seen by the others who are at the desk."""

from __future__ import annotations

import re

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SATO, TANAKA, Desks
from tests.support.server import Server


async def test_who_goes_away_is_seen_to_be_away_and_back(desks: Desks) -> None:
    sato, tanaka = await desks(SATO), await desks(TANAKA)
    await sato.page.get_by_text("設定", exact=True).click()
    line = sato.page.get_by_role("list", name="ほかの担当者").get_by_text("田中").locator("..")
    await expect(line).to_contain_text("受付中")
    await tanaka.page.get_by_role("button", name="受付中").click()
    await expect(line).to_contain_text("離席中")
    await tanaka.page.get_by_role("button", name="離席中").click()
    await expect(line).to_contain_text("受付中")


async def test_who_waits_behind_another_moves_up_when_that_one_is_taken(
    desks: Desks, counter: Server
) -> None:
    sato, tanaka = await desks(SATO), await desks(TANAKA)
    async with customer(counter.address) as first, customer(counter.address) as second:
        async with sato.arrival() as earlier:
            await first.ask_for_a_person()
        async with sato.arrival() as later:
            await second.ask_for_a_person()
        await sato.open(later.id)
        told = sato.talk.get_by_text(re.compile(r"順番待ち \d+番目"))
        place = int(re.findall(r"(\d+)番目", await told.inner_text())[0])
        await tanaka.take(earlier.id)
        await expect(told).to_contain_text(f"順番待ち {place - 1}番目")
