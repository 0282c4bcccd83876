"""`madoguchi channels`: what an operator reads, and how the command ends."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from bot.config import ROOT
from simulators.line import LineSimulator
from tests.support.command import Terminal
from tests.support.line import SECRET, TOKEN, line_at

PUBLIC = "https://bot.shop.example"


async def ran(folder: Path, deed: str, **settings: str) -> tuple[int, str, str]:
    """Run the command in a process of its own; its status, what it printed and complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "channels", deed),
        cwd=folder,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("MADOGUCHI_")},
            **{f"MADOGUCHI_{name}": value for name, value in settings.items()},
            "PYTHONPATH": str(ROOT),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(180):
        printed, complaints = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode(), complaints.decode()


async def channels(terminal: Terminal, deed: str, base: str) -> tuple[int, str]:
    """Run it where nothing is to be complained of; its exit status, and what it printed."""
    secrets = {"LINE_CHANNEL_SECRET": SECRET, "LINE_ACCESS_TOKEN": TOKEN}
    bases = {"LINE_API_BASE": base, "LINE_DATA_API_BASE": base}
    run = partial(terminal.run, "channels", deed, PUBLIC_URL=PUBLIC, **secrets, **bases)
    ended = await asyncio.to_thread(run)
    assert ended.complaints == ""
    return ended.status, ended.printed


def arrives(line: LineSimulator) -> None:
    """LINE's own try of the webhook gets through."""

    async def post(body: bytes, signed: str) -> int:
        return 200

    line.webhook.post = post  # type: ignore[method-assign]


async def test_setting_up_and_checking(terminal: Terminal) -> None:
    async with line_at() as (line, base):
        arrives(line)
        status, printed = await channels(terminal, "check", base)
        assert status == 1
        assert "WRONG  webhook: none is set" in printed
        assert "-> run: madoguchi channels setup" in printed
        status, printed = await channels(terminal, "setup", base)
        assert (status, "WRONG" in printed) == (0, False)
        status, printed = await channels(terminal, "check", base)
        assert (status, "WRONG" in printed) == (0, False)


async def test_without_a_platform_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    status, printed, complaints = await ran(tmp_path, "check")
    assert (status, complaints) == (0, "")
    assert "no platform is switched on" in printed


async def test_half_of_lines_secrets_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    status, printed, complaints = await ran(tmp_path, "check", LINE_CHANNEL_SECRET="s3cret")
    assert (status, printed) == (2, "")
    assert complaints.startswith("madoguchi: MADOGUCHI_LINE_ACCESS_TOKEN: missing")
