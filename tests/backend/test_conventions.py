import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import func, select
from structlog.testing import capture_logs

from backend.conventions.access import service as service_only
from backend.conventions.bodies import Body
from backend.conventions.effects import DryRun, Effecting, EffectRoute, MustMatch
from backend.conventions.paging import decode_cursor, encode_cursor
from backend.conventions.problems import Problem
from backend.migrations import upgrade
from backend.settings import BackendSettings
from backend.tables import Attempt, Base
from tests.backend.conftest import TOKEN, client_of

bench = APIRouter(route_class=EffectRoute, dependencies=[Depends(service_only)])


class Piece(Body):
    name: str


@bench.post("/bench/pieces")
async def add_piece(piece: Piece, session: Effecting, dry_run: DryRun) -> dict[str, object]:
    from backend.clock import real_time

    session.add(Attempt(key=piece.name, count=1, since=real_time()))
    await session.flush()
    if piece.name == "slow":
        await asyncio.sleep(0.2)
    if piece.name == "refused":
        raise Problem("hold-limit", limit=1)
    if piece.name == "broken":
        raise RuntimeError("broken")
    return {"effects": [piece.name]} if dry_run else {"made": piece.name}


@bench.delete("/bench/pieces")
async def drop_pieces(session: Effecting, must_match: MustMatch) -> dict[str, str]:
    must_match('"v2"')
    return {"dropped": "all"}


@pytest.fixture
async def workbench(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    app.include_router(bench)
    async with client_of(app) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


async def pieces(app: FastAPI) -> int:
    async with app.state.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(Attempt)) or 0)


async def make(client: httpx.AsyncClient, name: str, key: str, **query: str) -> httpx.Response:
    return await client.post(
        "/bench/pieces", json={"name": name}, headers={"Idempotency-Key": key}, params=query
    )


async def test_only_the_service_may_call_but_anybody_may_read_the_contract(
    service: httpx.AsyncClient,
) -> None:
    del service.headers["Authorization"]
    refused = await service.get("/v1/stores")
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:problem:unauthenticated"
    service.headers["Authorization"] = "Bearer wrong"
    assert (await service.get("/v1/stores")).status_code == 401
    contract = await service.get("/v1/openapi.json")
    assert contract.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("path", "pointer"),
    [("/v1/stores?q=a&nonsense=1", "/nonsense"), ("/v1/products/tee/variants?opt[x]=1", "/opt[x]")],
)
async def test_a_parameter_nobody_knows_is_an_error(
    service: httpx.AsyncClient, path: str, pointer: str
) -> None:
    answer = await service.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:problem:unknown-parameter"
    assert answer.json()["fields"] == [{"pointer": pointer, "code": "unknown"}]


async def test_a_body_field_nobody_knows_is_an_error(workbench: httpx.AsyncClient) -> None:
    answer = await workbench.post(
        "/bench/pieces", json={"name": "a", "size": 3}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:problem:unknown-parameter"
    assert answer.json()["fields"] == [{"pointer": "/size", "code": "unknown"}]


async def test_the_request_id_comes_back_and_is_in_errors(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/nowhere", headers={"Request-Id": "from-the-bot"})
    assert answer.status_code == 404
    assert answer.headers["request-id"] == "from-the-bot"
    assert answer.json()["request_id"] == "from-the-bot"
    assert (await service.get("/v1/stores")).headers["request-id"]


async def test_a_body_over_the_limit_is_refused(workbench: httpx.AsyncClient) -> None:
    answer = await workbench.post("/bench/pieces", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413


async def test_what_has_not_changed_is_not_sent_again(
    service: httpx.AsyncClient, catalogue: None
) -> None:
    first = await service.get("/v1/stores/north")
    assert first.headers["cache-control"] == "private, max-age=60"
    assert not first.headers["etag"].startswith("W/")
    again = await service.get("/v1/stores/north", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await service.get("/v1/stores/north", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_an_effect_needs_a_key(workbench: httpx.AsyncClient) -> None:
    answer = await workbench.post("/bench/pieces", json={"name": "a"})
    assert answer.status_code == 400
    assert answer.json()["fields"][0]["pointer"] == "/Idempotency-Key"


async def test_the_same_call_again_gets_the_stored_answer(
    app: FastAPI, workbench: httpx.AsyncClient
) -> None:
    first = await make(workbench, "a", "key")
    again = await make(workbench, "a", "key")
    assert (first.json(), again.json()) == ({"made": "a"}, {"made": "a"})
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await pieces(app) == 1


async def test_a_refusal_is_stored_and_leaves_nothing_behind(
    app: FastAPI, workbench: httpx.AsyncClient
) -> None:
    first = await make(workbench, "refused", "key")
    again = await make(workbench, "refused", "key")
    assert first.status_code == again.status_code == 422
    assert again.json()["limit"] == 1
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"
    assert await pieces(app) == 0


async def test_a_key_is_for_one_call_only(workbench: httpx.AsyncClient) -> None:
    await make(workbench, "a", "key")
    answer = await make(workbench, "b", "key")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:problem:idempotency-key-reused"


async def test_a_double_tap_is_done_once(app: FastAPI, workbench: httpx.AsyncClient) -> None:
    both = await asyncio.gather(make(workbench, "slow", "key"), make(workbench, "slow", "key"))
    second = max(both, key=lambda answer: (answer.status_code, answer.headers.items()))
    if second.status_code == 409:
        assert second.json()["type"] == "urn:problem:idempotency-in-progress"
        assert second.headers["retry-after"] == "1"
    assert (await make(workbench, "slow", "key")).headers["idempotency-replayed"] == "true"
    assert await pieces(app) == 1


async def test_after_a_fault_the_key_may_be_used_again(
    app: FastAPI, workbench: httpx.AsyncClient
) -> None:
    for _ in range(2):
        with capture_logs() as logged:
            answer = await make(workbench, "broken", "key")
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:problem:internal-error"
        assert [entry["event"] for entry in logged] == ["backend.fault"]
    assert await pieces(app) == 0


async def test_a_dry_run_needs_no_key_and_changes_nothing(
    app: FastAPI, workbench: httpx.AsyncClient
) -> None:
    answer = await workbench.post("/bench/pieces?dry_run=true", json={"name": "a"})
    assert answer.json() == {"effects": ["a"]}
    assert await pieces(app) == 0


async def test_a_stored_answer_is_not_given_to_strangers(workbench: httpx.AsyncClient) -> None:
    await make(workbench, "a", "key")
    workbench.headers["Authorization"] = "Bearer wrong"
    assert (await make(workbench, "a", "key")).status_code == 401


async def test_an_effect_is_refused_when_the_world_has_moved(workbench: httpx.AsyncClient) -> None:
    moved = await workbench.delete(
        "/bench/pieces", headers={"Idempotency-Key": "1", "If-Match": '"v1"'}
    )
    assert moved.status_code == 412
    assert moved.json()["etag"] == '"v2"'
    same = await workbench.delete(
        "/bench/pieces", headers={"Idempotency-Key": "2", "If-Match": '"v2"'}
    )
    assert same.status_code == 200


async def test_the_tables_are_what_the_migrations_make(
    backend_settings: BackendSettings,
) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import Connection

    from backend.database import create_engine

    def difference(connection: Connection) -> list[object]:
        options = {"version_table": "backend_version"}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))

    await upgrade(backend_settings.database_url)
    await upgrade(backend_settings.database_url)
    engine = create_engine(backend_settings.database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()


def test_a_cursor_is_read_back_and_a_made_up_one_is_refused() -> None:
    assert decode_cursor(encode_cursor((-0.5, "靴")), float, str) == (-0.5, "靴")
    for made_up in ("", "abc", encode_cursor(("a", 1)), "あ"):
        with pytest.raises(Problem):
            decode_cursor(made_up, float, str)
