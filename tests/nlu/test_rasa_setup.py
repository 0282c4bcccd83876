"""`make rasa` on a machine that cannot run it, and what Rasa's environment is made of."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from bot.config import ROOT

RASA_SERVER = ROOT / "rasa_server"


def test_who_has_no_python_3_10_is_told_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(
        RASA_SERVER, tmp_path / "rasa_server", ignore=shutil.ignore_patterns(".venv", "var")
    )
    without = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)}
    tried = subprocess.run(
        [tmp_path / "rasa_server" / "run.sh", "serve"], env=without, capture_output=True, text=True
    )
    assert tried.returncode == 2
    (line,) = tried.stderr.splitlines()
    assert "Python 3.10" in line


def test_the_lock_names_every_package_with_its_hash_and_no_host() -> None:
    lock = (RASA_SERVER / "requirements.lock").read_text("ascii")
    packages = re.findall(r"^([a-z0-9][a-z0-9._-]*)==\S+ \\\n    --hash=sha256:", lock, re.M)
    assert len(packages) == len(re.findall(r"^\S", lock, re.M))
    assert {"rasa", "sudachipy", "sudachidict-core"} <= set(packages)
    assert "://" not in lock
