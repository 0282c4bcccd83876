"""What one of them does is seen by the others who are at the desk."""

from __future__ import annotations

import re

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SATO, TANAKA, Desks, Staff, hire
from tests.browser.widget import until
from tests.support.server import Server

MORI = Staff("mori@example.com", "森")
"""Goes away and comes back; the others' tests find them at the desk all the time."""


async def test_who_goes_away_is_seen_to_be_away_and_back(desks: Desks, counter: Server) -> None:
    await hire(counter, MORI)
    sato, mori = await desks(SATO), await desks(MORI)
    await sato.settings()
    line = sato.page.get_by_role("list", name="ほかの担当者").get_by_text("森").locator("..")
    await expect(line).to_contain_text("受付中")
    await mori.status.click()
    await expect(line).to_contain_text("離席中")
    await mori.status.click()
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

        async def place() -> int:
            return int(re.findall(r"(\d+)番目", await told.inner_text())[0])

        before = await place()
        await tanaka.take(earlier.id)

        async def moved_up() -> bool:
            return await place() < before

        await until(moved_up, place)
