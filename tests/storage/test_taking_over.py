"""One process serves a SQLite file after another."""

import shutil
from pathlib import Path

from bot.storage import exclusive, open_storage
from tests.storage.counter import SETTINGS, House, MovableClock, text
from tests.support.databases import Empty


async def test_whoever_takes_over_a_sqlite_file_need_not_wait_for_leases(
    tmp_path: Path, empty: Empty, clock: MovableClock
) -> None:
    url = f"sqlite:///{shutil.copy(empty.sqlite, tmp_path / 'counter.db')}"
    async with open_storage(url, clock, SETTINGS) as storage:
        house = House(storage, clock)
        await house.write(text("こんにちは"))
        await house.claimed()
        assert await house.claim() is None
    with exclusive(url):
        async with open_storage(url, clock, SETTINGS) as storage:
            assert len((await House(storage, clock).claimed()).letters) == 1
