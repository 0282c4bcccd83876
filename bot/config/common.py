"""What both sources of settings share."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).resolve().parents[2]
ZONE = "Asia/Tokyo"
LOOPBACK = r"(localhost|127\.0\.0\.1|\[::1\])"

Engine = Literal["linear", "rasa"]


class Strict(BaseModel):
    """Unknown keys are faults, and nothing changes once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
