"""`madoguchi agents`: who works at the desk. Works beside a server that is running."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

import typer

from bot import logs
from bot.config import Settings, load
from bot.desk.passwords import Passwords
from bot.desk.roster import NewAgent, Roster
from bot.errors import Misconfigured
from bot.ports import Agent, Role

T = TypeVar("T")

agents = typer.Typer(no_args_is_help=True, help="Who works at the desk.")

Email = Annotated[str, typer.Argument(help="the e-mail they log in with")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="read the password from the first line of stdin")
]


@agents.command()
def add(
    email: Annotated[str, typer.Option(help="the e-mail they log in with")],
    name: Annotated[str, typer.Option(help="what colleagues and customers call them")],
    role: Annotated[Role, typer.Option(help="what they may do")],
    store: Annotated[str | None, typer.Option(help="the store they work for")] = None,
    languages: Annotated[str, typer.Option(help="what they answer in: ja,en; none: all")] = "",
    topics: Annotated[str, typer.Option(help="what they know about: t1,t2; none: all")] = "",
    picture: Annotated[str | None, typer.Option(help="what customers see: an address")] = None,
    password_stdin: FromStdin = False,
) -> None:
    """One more; without a password they come by single sign-on only."""
    settings = load()
    new = NewAgent(
        email.strip(), name.strip(), role, store, _split(languages), _split(topics), picture
    )
    password = _password(needed=settings.bot.desk.sso is None, given=password_stdin)
    _run(settings, lambda roster: roster.add(new, password))


@agents.command(name="list")
def list_() -> None:
    """All of them, by name."""
    for agent in _run(load(), lambda roster: roster.listed()):
        print(_line(agent))


@agents.command()
def disable(email: Email) -> None:
    """Out at once, and no longer let in."""
    _run(load(), lambda roster: roster.disable(email))


@agents.command()
def enable(email: Email) -> None:
    """Let in again."""
    _run(load(), lambda roster: roster.enable(email))


@agents.command(name="password")
def set_password(email: Email, password_stdin: FromStdin = False) -> None:
    """Another password; where they are logged in they have to do so again."""
    password = _password(needed=True, given=password_stdin) or ""
    _run(load(), lambda roster: roster.set_password(email, password))


def _run(settings: Settings, deed: Callable[[Roster], Awaitable[T]]) -> T:
    async def done() -> T:
        async with _roster(settings) as roster:
            return await deed(roster)

    logs.configure(quiet=True)
    return asyncio.run(done())


@asynccontextmanager
async def _roster(settings: Settings) -> AsyncIterator[Roster]:
    from bot.main import open_kept

    async with open_kept(settings) as storage:
        languages = settings.bot.languages
        yield Roster(storage.agents, storage.desk_audit, Passwords(), languages)


def _password(*, needed: bool, given: bool) -> str | None:
    """The first line of stdin. Raises `Misconfigured` where it cannot be read or is not given."""
    if not given:
        if needed:
            raise Misconfigured(["a password is needed: give it on stdin, with --password-stdin"])
        return None
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Misconfigured(["the password on stdin is not UTF-8"]) from None


def _split(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in listed.split(",") if word.strip()))


def _line(agent: Agent) -> str:
    known = {
        "store": agent.store_id or "",
        "languages": ",".join(agent.languages),
        "topics": ",".join(agent.topics),
    }
    more = [f"{what}={value}" for what, value in known.items() if value]
    state = ["disabled"] if agent.disabled_at else []
    return "  ".join([agent.email, agent.name, agent.role, *more, *state])
