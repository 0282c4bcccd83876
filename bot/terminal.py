"""A talk in the terminal: choices by number, cards as text."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from rich.console import Console

from bot.channel import Item
from bot.config import Settings
from bot.dialogue.heard import Expecting
from bot.main import House, at_work, open_house
from bot.messages import Account, inbound, outbound
from bot.messages.outbound import Outbound

CHANNEL = "terminal"
PATIENCE_SECONDS = 30.0


async def talk(settings: Settings, language: str, *, verbose: bool) -> None:
    """Read lines from stdin until it ends; answer each. Without a TTY nothing but answers is
    printed: one line in, its answers out."""
    console = Console(highlight=False, soft_wrap=True)
    async with open_house(settings, durable=False) as house, at_work(house):
        account = Account(CHANNEL, uuid.uuid4().hex)
        cursor = 0
        async for line in _lines(console):
            message = inbound.Text(
                id=uuid.uuid4().hex,
                account=account,
                at=datetime.now(UTC),
                text=line,
                locale=language,
            )
            if verbose:
                await _show_heard(house, line, console)
            await house.front_desk.accept([message])
            try:
                cursor = await _answered(house, account, cursor, console)
            except TimeoutError:
                print(f"madoguchi: no answer in {PATIENCE_SECONDS:.0f} seconds", file=sys.stderr)


async def _lines(console: Console) -> AsyncIterator[str]:
    while True:
        if sys.stdin.isatty():
            console.print("> ", end="")
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        yield line.rstrip("\n")


async def _answered(house: House, account: Account, cursor: int, console: Console) -> int:
    """Wait for the answer to what was just said and print it; the cursor behind it.

    Raises `TimeoutError` when there is none in `PATIENCE_SECONDS`.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            items = await house.front_desk.timeline(account, cursor)
            cursor = items[-1].cursor if items else cursor
            spoken = [item for item in items if item.author != "customer"]
            if spoken:
                for item in spoken:
                    _show(item, console)
                return cursor
            await house.front_desk.wait(account, cursor, 1.0)


def _show(item: Item, console: Console) -> None:
    if said := as_text(item.content):
        console.print(said, markup=False)


def as_text(content: Outbound) -> str:
    """What a message looks like in plain text, choices numbered; empty for a page's own picture."""
    match content:
        case outbound.Text(text=text, choices=choices):
            numbered = [f"  {n}. {c.label}" for n, c in enumerate(choices, start=1)]
            return "\n".join([text, *numbered])
        case outbound.Cards(cards=cards):
            return "\n".join(f"[{card.title}] {card.text or ''}".rstrip() for card in cards)
        case outbound.Picture(url=url, alt=alt):
            return f"[{alt}] {url}" if "://" in url else ""  # of pages that are not here
        case outbound.Place(name=name, address=address):
            return f"[{name}] {address}"


async def _show_heard(house: House, line: str, console: Console) -> None:
    counter = house.reception.house
    heard = await counter.nlu.understand(line, Expecting(), counter.names.current())
    for request in heard.requests:
        told = {name: value.text for name, value in request.slots.items()}
        said = f"{request.intent} {request.confidence:.2f} {told}"
        console.print(f"  {heard.engine} heard: {said}", style="dim")
    loose = {name: value.text for name, value in heard.slots.items()}
    if loose or not heard.requests:
        yes = "" if heard.yes is None else f" yes={heard.yes}"
        console.print(f"  {heard.engine} heard: details {loose}{yes}", style="dim")
