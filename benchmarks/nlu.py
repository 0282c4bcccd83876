"""Measures understanding: `python benchmarks/nlu.py` prints time, size, memory and accuracy."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
DATA = HERE / "nlu_data"
FILES = ("ja", "en", "multi_ja", "multi_en", "entities_ja", "entities_en")


def serve(models: Path) -> None:
    """Understand every held-out message with a trained model, as a server would."""
    from bot.nlu import Reader, evaluate, load_or_train
    from bot.ports import Lexicon

    start = time.perf_counter()
    linear = load_or_train(DATA, models)
    reader = Reader(linear.common, linear)
    print(f"load          {time.perf_counter() - start:.2f} s")
    for name in FILES:
        report = asyncio.run(evaluate(reader, DATA / "held_out" / f"{name}.tsv", Lexicon()))
        print(f"\n{name}\n{report.text()}")
    status = Path("/proc/self/status").read_text("ascii")
    if resident := re.search(r"VmRSS:\s+(\d+) kB", status):
        print(f"\nresident      {int(resident[1]) / 1024:.0f} MB")


def main() -> None:
    """Train in one process, serve in another: serving must not pay for training's libraries."""
    if len(sys.argv) > 1:
        serve(Path(sys.argv[1]))
        return
    from bot.nlu import train

    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder)
        start = time.perf_counter()
        file = train(DATA, models)
        spent = os.times()
        processor = sum((spent.user, spent.system, spent.children_user, spent.children_system))
        print(f"training      {time.perf_counter() - start:.1f} s, {processor:.1f} s of processors")
        print(f"model         {file.stat().st_size / 1e6:.1f} MB")
        subprocess.run([sys.executable, __file__, folder], check=True)


if __name__ == "__main__":
    main()
