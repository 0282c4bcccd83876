"""One import under way: where it reads, what it knows, what it found wrong."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.importing.faults import Faults
from backend.importing.moments import Calendar
from backend.tables import Base, Member, Product, Store, Variant

BATCH = 2_000
Progress = Callable[[str, int, int], None]
"""Told the file, how many of its bytes are read, and how many it has."""
Row = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Job:
    """The state of one import, the `number`th of all; `session` is not committed here."""

    folder: Path
    session: AsyncSession
    now: datetime
    number: int
    progress: Progress | None
    faults: Faults = field(default_factory=Faults)
    counts: dict[str, int] = field(default_factory=dict)
    stores: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    variants: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.calendar = Calendar(self.now)

    async def learn(self) -> None:
        """Learn the ids that are in the database already."""
        for known, column in (
            (self.stores, Store.id),
            (self.products, Product.id),
            (self.variants, Variant.id),
            (self.members, Member.id),
        ):
            known.update(await self.session.scalars(select(column)))

    def batches(self, file: str, model: type[Model]) -> Iterator[list[tuple[int, Model]]]:
        """The records of a file with their line numbers, many at a time; none if there is no file.

        A line that cannot be read is noted as a fault and left out.
        """
        path = self.folder / file
        if not path.exists():
            return
        self.counts[file] = 0
        batch: list[tuple[int, Model]] = []
        for number, line in self._lines(path):
            record = self._read(file, number, line, model)
            if record is not None:
                batch.append((number, record))
            if len(batch) >= BATCH:
                self.counts[file] += len(batch)
                yield batch
                batch = []
        self.counts[file] += len(batch)
        yield batch

    def _lines(self, path: Path) -> Iterator[tuple[int, bytes]]:
        size = path.stat().st_size
        done = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                done += len(line)
                if self.progress is not None and (number % BATCH == 0 or done == size):
                    self.progress(path.name, done, size)
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.strip():
                    yield number, line

    def _read(self, file: str, number: int, line: bytes, model: type[Model]) -> Model | None:
        try:
            return model.model_validate_json(line, context=self.calendar)
        except ValidationError as error:
            self.note(file, number, error)
            return None

    def note(self, file: str, line: int | None, error: ValidationError) -> None:
        """Note every fault of a record."""
        for fault in error.errors(include_url=False, include_input=False, include_context=False):
            where = ".".join(str(step) for step in fault["loc"]) or None
            self.faults.add(file, line, where, fault["msg"])

    def refer(
        self, file: str, line: int, field_name: str, value: str | None, known: set[str]
    ) -> None:
        """Note a fault if a record refers to something that nobody knows."""
        if value is not None and value not in known:
            self.faults.add(file, line, field_name, f"nothing has the id {value!r}")

    def unique(self, file: str, line: int, value: str, seen: dict[str, int]) -> None:
        """Note a fault if the id stands on an earlier line, too."""
        if value in seen:
            self.faults.add(file, line, "id", f"{value!r} stands on line {seen[value]} already")
        seen.setdefault(value, line)

    async def upsert(self, table: type[Base], rows: list[Row], keep: Iterable[str] = ()) -> None:
        """Insert rows or, where the key is there already, update all columns but `keep`.

        Nothing is written once a fault was found: the import only reads on to find more.
        """
        if self.faults or not rows:
            return
        target = cast(Table, table.__table__)
        dialect = self.session.get_bind().dialect.name
        insert = (sqlite if dialect == "sqlite" else postgresql).insert(target)
        keys = [column.name for column in target.primary_key]
        changed = {
            name: insert.excluded[name]
            for name in rows[0]
            if name not in keys and name not in set(keep)
        }
        statement = (
            insert.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else insert.on_conflict_do_nothing(index_elements=keys)
        )
        await (await self.session.connection()).execute(statement, rows)

    async def insert(self, table: type[Base], rows: list[Row]) -> None:
        """Insert rows that are not there yet."""
        if self.faults or not rows:
            return
        target = cast(Table, table.__table__)
        await (await self.session.connection()).execute(target.insert(), rows)
