"""The whole server as a process of its own, which can be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import httpx

from bot.config import ROOT

START_SECONDS = 180.0
"""To start, or to end, on a machine that has much else to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`madoguchi serve`, or `demo`, in a scratch folder.

    `settings` are `MADOGUCHI_*` without the prefix; `port` is any free one unless told.
    """

    def __init__(
        self,
        folder: Path,
        models: Path,
        settings: Mapping[str, str],
        *,
        command: Literal["serve", "demo"] = "serve",
        port: int | None = None,
    ) -> None:
        self.folder = folder
        self._command = command
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: Process | None = None
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MADOGUCHI_")},
            **{f"MADOGUCHI_{name}": value for name, value in settings.items()},
            "PYTHONPATH": str(ROOT),
        }
        (folder / "var").mkdir()
        (folder / "var" / "models").symlink_to(models)

    async def start(self) -> None:
        """Start, and return when it says that it is ready."""
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", self._command, "--port", str(self.port)),
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self._process.returncode is None, self.log()
                await asyncio.sleep(0.05)

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.address}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def command(self, *asked: str, stdin: str = "") -> str:
        """Run another `madoguchi` command beside the server; what it says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *asked),
            cwd=self.folder,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(START_SECONDS):
            said, _ = await process.communicate(stdin.encode())
        assert process.returncode == 0, said.decode()
        return said.decode()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        await self.stop(signal.SIGKILL, START_SECONDS)

    async def stop(self, how: signal.Signals, seconds: float) -> int:
        """Send a signal and wait that long for the end; its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def close(self) -> None:
        """See that nothing is left running."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")
