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
    codes go: `file:PATH`, `smtp://…` or `https://…`. `clock` gives business time.
    """

    database_url: str
    token: str
    secret: str
    data: Path | None = None
    code_sink: str = "file:var/codes.jsonl"
    clock: Clock = real_time
