"""What is wrong with a folder: file, line and field by name."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong. `line` counts from 1; `field` is a path such as `variants.0.price`."""

    file: str
    line: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        field = f", field {self.field}" if self.field else ""
        return f"{self.file}{line}{field}: {self.message}"


class ImportFailed(Exception):
    """Nothing was imported; `faults` says why, the first ones found at most twenty."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class Faults:
    """Gathers faults; too many end the import at once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, file: str, line: int | None, field: str | None, message: str) -> None:
        """Note a fault. Raises ImportFailed when there are enough of them."""
        self.found.append(Fault(file, line, field, message))
        if len(self.found) >= MOST_FAULTS:
            raise ImportFailed(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)

    def check(self) -> None:
        """Raises ImportFailed if there was any fault."""
        if self.found:
            raise ImportFailed(self.found)
