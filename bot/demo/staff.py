"""Who works at the demo's desk."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, replace

from bot.config import Settings
from bot.desk.passwords import Passwords
from bot.desk.roster import NewAgent, Roster
from bot.main import open_kept

PEOPLE = (
    NewAgent("sato@madoguchi.example", "佐藤", "agent", languages=("ja", "en")),
    NewAgent("suzuki@madoguchi.example", "鈴木", "supervisor"),
)


@dataclass(frozen=True)
class DemoAgent:
    """Somebody to be at the demo's desk, and the password to come in with."""

    who: NewAgent
    password: str


def staff(settings: Settings) -> list[DemoAgent]:
    """The demo's agents. Their passwords follow from this installation's secret key: nobody
    elsewhere knows them, and they stay the same from one start to the next."""
    spoken = settings.bot.languages
    return [
        DemoAgent(
            replace(who, languages=tuple(each for each in who.languages if each in spoken)),
            _password(settings.secret(), who.email),
        )
        for who in PEOPLE
    ]


async def hire(settings: Settings) -> None:
    """See that they are there, and that their passwords are as told."""
    passwords = Passwords()
    async with open_kept(settings) as storage:
        roster = Roster(storage.agents, storage.desk_audit, passwords, settings.bot.languages)
        for agent in staff(settings):
            known = await storage.agents.by_email(agent.who.email)
            if known is None:
                await roster.add(agent.who, agent.password)
            elif not await passwords.fits(known[1], agent.password):
                await roster.set_password(agent.who.email, agent.password)


def _password(secret: str, email: str) -> str:
    digest = hmac.new(secret.encode(), f"demo agent {email}".encode(), "sha256").digest()
    letters = base64.b32encode(digest[:10]).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))
