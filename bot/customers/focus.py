"""What the customer was just speaking of, on whichever channel: what "that one" means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Mentioned:
    """A value spoken of, what it was called, and when (UTC)."""

    value: str
    label: str
    at: datetime


@dataclass(frozen=True)
class Focus:
    """The last value spoken of for each slot: product, its options, store, order."""

    last: Mapping[str, Mentioned] = field(default_factory=dict)

    def within(self, slot: str, now: datetime, age: timedelta) -> Mentioned | None:
        """The last value for a slot, unless it is older than `age`."""
        found = self.last.get(slot)
        return found if found and now - found.at <= age else None

    def on(self, slot: str, value: str, label: str, now: datetime) -> Focus:
        """A value has just been spoken of; another product forgets the options of the last one."""
        kept = dict(self.last)
        before = kept.get(slot)
        if slot == "product" and before and before.value != value:
            kept = {k: v for k, v in kept.items() if k in ("store", "order")}
        return replace(self, last={**kept, slot: Mentioned(value, label, now)})
