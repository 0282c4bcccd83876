"""What the backend is told from outside."""

from dataclasses import dataclass
from pathlib import Path

from backend.clock import Clock, real_time


@dataclass(frozen=True, kw_only=True)
class BackendSettings:
    """Settings of one backend.

    `database_url` is a SQLAlchemy URL of SQLite or PostgreSQL; drivers are chosen here.
    `token` is the bearer token of the service that calls. `secret` keys the hashes of one-time
    codes. `data` is a folder to import when the database is empty. `code_sink` is where one-time
    codes go: `file:PATH`, `smtp://…` or `https://…`. `hold_hours` and `hold_limit` bound putting
    aside where the shop's rules do not; without any limit a store could be emptied by one visitor.
    `clock` gives business time.
    """

    database_url: str
    token: str
    secret: str
    data: Path | None = None
    code_sink: str = "file:var/codes.jsonl"
    hold_hours: int = 48
    hold_limit: int = 2
    clock: Clock = real_time
