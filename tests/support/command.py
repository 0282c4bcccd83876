"""`madoguchi` as an operator types it, within this process: a new one takes seconds to load it."""

from __future__ import annotations

import os
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.cli import main


class Ended(NamedTuple):
    """How a command ended, what it printed and what it complained of."""

    status: int
    printed: str
    complaints: str


class Terminal:
    """A terminal in a folder, where no setting stands in the environment but those given."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, output: pytest.CaptureFixture[str]
    ) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._output = output

    def run(self, *words: str, stdin: bytes = b"", **settings: str) -> Ended:
        """Run a command to its end; `settings` are `MADOGUCHI_*` without the prefix.

        It has an event loop of its own: where one is running, call this in a thread.
        """
        self._output.readouterr()
        with self._monkeypatch.context() as here, capture_logs():
            here.chdir(self._folder)
            here.setattr(sys, "argv", ["madoguchi", *words])
            here.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), "utf-8"))
            # It would last beyond the command.
            here.setattr(logs, "configure", lambda **_: None)
            for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
                here.delenv(name)
            for name, value in settings.items():
                here.setenv(f"MADOGUCHI_{name}", value)
            with pytest.raises(SystemExit) as ended:
                main()
        printed, complaints = self._output.readouterr()
        return Ended(int(ended.value.code or 0), printed, complaints)
