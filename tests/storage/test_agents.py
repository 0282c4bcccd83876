"""The staff: who works here, who is logged in and there, and what they did."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.ports import Agent, Audited, Role
from bot.storage import Storage
from bot.storage.tables import desk_sessions
from tests.storage.counter import House

SATO = Agent("a" * 32, "sato@shop.example", "佐藤", "agent", None, ("ja", "en"), ("returns",))
SUZUKI = Agent("b" * 32, "suzuki@shop.example", "鈴木", "supervisor")
KEYS = {"of the e-mail": 5, "of the address": 20}


@pytest.fixture
async def staff(house: House) -> Storage:
    assert await house.storage.agents.add(SATO, "hash 1")
    assert await house.storage.agents.add(SUZUKI, None)
    return house.storage


async def test_the_staff_are_found_as_they_were_added(staff: Storage) -> None:
    assert set(await staff.agents.listed()) == {SATO, SUZUKI}
    assert await staff.agents.find(SATO.id) == SATO
    assert await staff.agents.by_email(SATO.email) == (SATO, "hash 1")
    assert await staff.agents.by_email(SUZUKI.email) == (SUZUKI, None)
    assert await staff.agents.find("c" * 32) is None
    assert await staff.agents.by_email("nobody@shop.example") is None


async def test_an_email_is_one_persons(staff: Storage) -> None:
    another = replace(SUZUKI, id="c" * 32, email=SATO.email)
    assert not await staff.agents.add(another, "hash 2")
    await staff.agents.disable(SATO.id)
    assert not await staff.agents.add(another, "hash 2")
    assert await staff.agents.find(another.id) is None


async def test_who_is_logged_in_is_there_until_they_log_out_everywhere(
    house: House, staff: Storage
) -> None:
    assert await staff.agents.present() == []
    for key in ("at the desk", "on the phone"):
        await staff.desk_sessions.open(key, "csrf", SATO.id)
    assert [agent.id for agent in await staff.agents.present()] == [SATO.id]
    await staff.desk_sessions.close("at the desk")
    assert [agent.id for agent in await staff.agents.present()] == [SATO.id]
    await staff.desk_sessions.close("on the phone")
    assert await staff.agents.present() == []


async def test_who_is_away_or_was_not_seen_lately_takes_nothing(
    house: House, staff: Storage
) -> None:
    await staff.desk_sessions.open("key", "csrf", SATO.id)
    await staff.agents.set_status(SATO.id, "away")
    assert await staff.agents.present() == []
    await staff.agents.set_status(SATO.id, "online")
    house.clock.passes(seconds=61)
    assert await staff.agents.present() == []
    await staff.agents.seen(SATO.id)
    assert [agent.id for agent in await staff.agents.present()] == [SATO.id]


@pytest.mark.parametrize("use", ["find", "alive"])
async def test_using_a_session_and_keeping_it_open_show_that_somebody_is_there(
    house: House, staff: Storage, use: str
) -> None:
    await staff.desk_sessions.open("key", "csrf", SATO.id)
    house.clock.passes(hours=1)
    assert await getattr(staff.desk_sessions, use)("key")
    assert [agent.id for agent in await staff.agents.present()] == [SATO.id]


async def test_a_session_unused_for_a_working_day_ends(house: House, staff: Storage) -> None:
    await staff.desk_sessions.open("key", "csrf", SATO.id)
    for _ in range(2):
        house.clock.passes(hours=7)
        session = await staff.desk_sessions.find("key")
        assert session is not None
        assert (session.csrf, session.agent.id) == ("csrf", SATO.id)
    house.clock.passes(hours=4)
    assert await staff.desk_sessions.alive("key")  # an open page, and nobody before it
    house.clock.passes(hours=4)
    assert not await staff.desk_sessions.alive("key")
    assert await staff.desk_sessions.find("key") is None


async def test_a_session_ends_after_a_day_however_much_it_is_used(
    house: House, staff: Storage
) -> None:
    await staff.desk_sessions.open("key", "csrf", SATO.id)
    for _ in range(23):
        house.clock.passes(hours=1)
        assert await staff.desk_sessions.find("key")
    house.clock.passes(hours=1)
    assert await staff.desk_sessions.find("key") is None
    assert not await staff.desk_sessions.alive("key")


async def test_another_password_ends_all_sessions(staff: Storage) -> None:
    await staff.desk_sessions.open("hers", "csrf", SATO.id)
    await staff.desk_sessions.open("his", "csrf", SUZUKI.id)
    await staff.agents.set_password(SATO.id, "hash 2")
    assert await staff.desk_sessions.find("hers") is None
    assert await staff.desk_sessions.find("his")
    assert await staff.agents.by_email(SATO.email) == (
        (await staff.agents.find(SATO.id)),
        "hash 2",
    )


async def test_who_is_disabled_is_out_at_once_and_stays_out(house: House, staff: Storage) -> None:
    await staff.desk_sessions.open("before", "csrf", SATO.id)
    await staff.agents.disable(SATO.id)
    await staff.desk_sessions.open("at the same moment", "csrf", SATO.id)
    for key in ("before", "at the same moment"):
        assert await staff.desk_sessions.find(key) is None
        assert not await staff.desk_sessions.alive(key)
    assert await staff.agents.present() == []
    sato = await staff.agents.find(SATO.id)
    assert sato is not None
    assert sato.disabled_at == house.clock.real()


async def test_a_password_is_hashed_anew_unless_it_was_changed(staff: Storage) -> None:
    await staff.agents.rehash(SATO.id, "hash 0", "hash of an old password")
    assert await staff.agents.by_email(SATO.email) == (SATO, "hash 1")
    await staff.agents.rehash(SATO.id, "hash 1", "stronger hash 1")
    assert await staff.agents.by_email(SATO.email) == (SATO, "stronger hash 1")


async def test_single_sign_on_knows_people_again(staff: Storage) -> None:
    roles: list[Role] = ["agent", "supervisor"]
    for role in roles:
        assert await staff.agents.recognise(SATO.id, "subject of Sato", role)
        assert await staff.agents.find(SATO.id) == replace(
            SATO, subject="subject of Sato", role=role
        )
    assert not await staff.agents.recognise(SATO.id, "who has the address now", "admin")
    sato = await staff.agents.find(SATO.id)
    assert sato is not None
    assert sato.role == "supervisor"
    await staff.agents.enable(SATO.id)
    assert await staff.agents.recognise(SATO.id, "of the new provider", "agent")


async def test_wrong_passwords_bring_pauses_that_grow(house: House, staff: Storage) -> None:
    sessions, pauses = staff.desk_sessions, []
    for _ in range(5):
        assert await sessions.attempt(KEYS) is None
    for _ in range(8):
        until = await sessions.attempt(KEYS)
        assert until is not None
        pauses.append((until - house.clock.real()).total_seconds())
        house.clock.passes(seconds=pauses[-1] - 1)
        assert await sessions.attempt(KEYS) == until
        house.clock.passes(seconds=1)
        assert await sessions.attempt(KEYS) is None
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900]


async def test_each_key_pauses_by_itself(staff: Storage) -> None:
    for number in range(20):
        assert await staff.desk_sessions.attempt({f"e-mail {number}": 5, "address": 20}) is None
    assert await staff.desk_sessions.attempt({"e-mail 20": 5, "address": 20}) is not None
    assert await staff.desk_sessions.attempt({"e-mail 0": 5, "elsewhere": 20}) is None


async def test_the_right_password_forgets_the_wrong_ones(house: House, staff: Storage) -> None:
    for _ in range(9):
        for _ in range(3):
            assert await staff.desk_sessions.attempt(KEYS) is None
        await staff.desk_sessions.forgive("of the e-mail", "of the address")
    # Of each three, two were wrong.
    assert await staff.desk_sessions.attempt({"of the address": 18}) is not None
    assert await staff.desk_sessions.attempt({"of the address": 19}) is None
    house.clock.passes(hours=1)
    assert await staff.desk_sessions.attempt({"of the address": 1}) is None


async def test_many_tries_at_once_are_counted_one_by_one(house: House, staff: Storage) -> None:
    tried = await asyncio.gather(*(staff.desk_sessions.attempt(KEYS) for _ in range(25)))
    assert sum(until is None for until in tried) == 5


async def test_what_was_done_is_read_latest_first(house: House, staff: Storage) -> None:
    first = Audited("agent_added", detail="supervisor")
    await staff.desk_audit.note(first)
    house.clock.passes(minutes=1)
    later = [Audited("take", SATO.id, "c" * 32, "d" * 32), Audited("logout", SATO.id)]
    for what in later:
        await staff.desk_audit.note(what)
    entries = await staff.desk_audit.entries(before=None, limit=2)
    assert [(entry.what, entry.agent_name) for entry in entries] == [
        (later[1], "佐藤"),
        (later[0], "佐藤"),
    ]
    (oldest,) = await staff.desk_audit.entries(before=entries[-1].id, limit=2)
    assert (oldest.what, oldest.agent_name) == (first, None)
    assert oldest.at == house.clock.real() - timedelta(minutes=1)


async def test_what_was_done_long_ago_is_forgotten(house: House, staff: Storage) -> None:
    audit = staff.desk_audit
    await audit.note(Audited("login", SATO.id))
    house.clock.passes(days=800)
    late = Audited("logout", SATO.id)
    await audit.note(late)
    (newest, _) = await audit.entries(before=None, limit=9)
    assert await audit.forget(house.clock.real() - timedelta(days=730)) == 1
    assert await audit.entries(before=None, limit=9) == [newest]
    assert newest.what == late
    assert await audit.forget(house.clock.real() - timedelta(days=730)) == 0


async def test_sessions_that_ended_are_not_kept(stored: Storage, clock: object) -> None:
    assert stored.database is not None
    await stored.agents.add(SATO, None)
    await stored.desk_sessions.open("old", "csrf", SATO.id)
    clock.passes(hours=25)  # type: ignore[attr-defined]
    await stored.desk_sessions.open("new", "csrf", SATO.id)
    count = select(func.count()).select_from(desk_sessions)
    assert await stored.database.read(lambda c: c.execute(count).scalar_one()) == 1
