"""Tokens, where they are kept, and what becomes of them."""

import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import pytest
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import StaticPool

from bot.channel.memory import InMemoryCounter
from connectors.webchat import InMemorySessions, Session, Sessions, SqlSessions
from connectors.webchat.conftest import MovableClock, of_type
from connectors.webchat.sessions_sql import metadata

T = TypeVar("T")
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SESSION = Session("ab" * 32, "user-1", "ja", NOW)


class MemoryDatabase:
    """SQLite in memory, behind the two doors of the counter's database."""

    def __init__(self) -> None:
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        metadata.create_all(self.engine)

    async def read(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    async def write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)


@pytest.fixture(params=["memory", "sql"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Sessions]:
    """Both places where sessions are kept: the same rules hold for them."""
    if request.param == "memory":
        yield InMemorySessions()
        return
    database = MemoryDatabase()
    yield SqlSessions(database)
    database.engine.dispose()


async def test_a_session_is_found_as_it_was_kept(kept: Sessions) -> None:
    await kept.open(SESSION)
    assert await kept.find(SESSION.token_hash) == SESSION
    assert await kept.find("cd" * 32) is None


async def test_a_session_moves_lasts_longer_and_ends(kept: Sessions) -> None:
    later = NOW + timedelta(days=3)
    await kept.open(SESSION)
    await kept.move(SESSION.token_hash, "user-2")
    await kept.extend(SESSION.token_hash, later)
    assert await kept.find(SESSION.token_hash) == Session("ab" * 32, "user-2", "ja", later)
    await kept.close(SESSION.token_hash)
    assert await kept.find(SESSION.token_hash) is None


async def test_only_expired_sessions_are_purged(kept: Sessions) -> None:
    await kept.open(SESSION)
    await kept.purge(NOW)
    assert await kept.find(SESSION.token_hash) == SESSION
    await kept.purge(NOW + timedelta(seconds=1))
    assert await kept.find(SESSION.token_hash) is None


async def test_changing_an_unknown_session_does_nothing(kept: Sessions) -> None:
    await kept.move("cd" * 32, "user-2")
    await kept.extend("cd" * 32, NOW)
    await kept.close("cd" * 32)
    assert await kept.find("cd" * 32) is None


def test_nothing_but_a_hash_of_the_token_has_a_place_in_the_table() -> None:
    database = MemoryDatabase()
    columns = {
        column["name"] for column in inspect(database.engine).get_columns("webchat_sessions")
    }
    database.engine.dispose()
    assert columns == {"token_hash", "user", "locale", "expires_at"}


async def test_tokens_are_kept_hashed(page: httpx.AsyncClient, sessions: InMemorySessions) -> None:
    token = (await page.post("/webchat/sessions")).json()["token"]
    assert await sessions.find(token) is None
    assert await sessions.find(hashlib.sha256(token.encode()).hexdigest()) is not None


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer forged", "Basic Zm9v", "Bearer \xe3\x81\x82"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "messages"),
        ("GET", "messages"),
        ("GET", "events"),
        ("POST", "identify"),
        ("POST", "logout"),
    ],
)
async def test_without_a_valid_token_there_is_no_way_in(
    page: httpx.AsyncClient, authorization: str, method: str, path: str
) -> None:
    headers = [(b"Authorization", authorization.encode("latin-1"))]
    refused = await page.request(method, f"/webchat/{path}", headers=headers)
    assert refused.status_code == 401
    assert of_type(refused, "unauthenticated")
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_a_session_ends_a_month_after_its_last_use(
    visitor: httpx.AsyncClient, clock: MovableClock
) -> None:
    clock.pass_by(days=20)
    assert (await visitor.get("/webchat/messages")).status_code == 200
    clock.pass_by(days=20)
    assert (await visitor.get("/webchat/messages")).status_code == 200
    clock.pass_by(days=31)
    assert (await visitor.get("/webchat/messages")).status_code == 401


async def test_after_logging_out_the_token_is_worth_nothing(
    visitor: httpx.AsyncClient, counter: InMemoryCounter
) -> None:
    await visitor.post("/webchat/messages", json={"client_id": "1", "text": "hi"})
    assert (await visitor.post("/webchat/logout")).status_code == 204
    assert (await visitor.get("/webchat/messages")).status_code == 401
    assert await counter.timeline(counter.accepted[0].account, 0) == []
