"""A Rasa server as `make rasa` starts it, on a port of its own, which can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
from prometheus_client import REGISTRY

from bot.config import ROOT
from tests.support.server import free_port

TOKEN = "only-for-these-tests"
START_SECONDS = 600.0
"""Rasa reads TensorFlow before its model: a quarter of a minute, or minutes on a busy machine."""


def fallbacks() -> float:
    """How many messages the spare engine has understood in Rasa's place."""
    return REGISTRY.get_sample_value("madoguchi_nlu_fallbacks_total") or 0.0


class RasaServer:
    """A server with the model of `nlu_data`; what it prints is in `log`."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What tells the counter to ask this server."""
        return {
            "MADOGUCHI_NLU": "rasa",
            "MADOGUCHI_RASA_URL": f"http://127.0.0.1:{self.port}",
            "MADOGUCHI_RASA_TOKEN": TOKEN,
        }

    def start(self) -> None:
        """Start unless it runs, and return when it understands."""
        if self._process is not None:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [ROOT / "rasa_server" / "run.sh", "serve", str(self.port)],
                env=os.environ | self.settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._understands():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def _understands(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/model/parse"
        try:
            said, asked = {"text": "hi"}, {"token": TOKEN}
            answer = httpx.post(url, params=asked, json=said, timeout=5, trust_env=False)
        except httpx.TransportError:
            return False
        return bool(answer.status_code == 200)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
