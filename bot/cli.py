"""The `madoguchi` command."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot import config, logs
from bot.channel import Finding
from bot.cli_agents import agents
from bot.config import ROOT, Settings, load
from bot.errors import MadoguchiError, Misconfigured, Unavailable
from bot.ports import Lexicon

if TYPE_CHECKING:
    from bot.nlu import Reader

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
nlu = typer.Typer(no_args_is_help=True, help="Train, ask and judge the understanding.")
backend = typer.Typer(no_args_is_help=True, help="The reference backend by itself.")
db = typer.Typer(no_args_is_help=True, help="The counter's database.")
channels = typer.Typer(no_args_is_help=True, help="The platforms customers write on.")
for name, commands in (("nlu", nlu), ("backend", backend), ("db", db), ("channels", channels)):
    app.add_typer(commands, name=name)
app.add_typer(agents, name="agents")

MODELS = Path("var") / "models"
PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]+@")
Host = Annotated[str, typer.Option(help="address to listen on")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="port to listen on")]


def main() -> None:
    """Run the command; one clear line on stderr for each thing that went wrong."""
    try:
        app()
    except Misconfigured as fault:
        for line in fault.faults:
            print(f"madoguchi: {line}", file=sys.stderr)
        raise SystemExit(2) from None
    except (MadoguchiError, OSError) as fault:
        print(f"madoguchi: {' '.join(str(fault).split())}", file=sys.stderr)
        raise SystemExit(1) from None


@app.command()
def demo(port: Port = 8000) -> None:
    """The whole product on embedded defaults, on the pages of a demo shop."""
    from bot.demo import open_demo, staff
    from bot.serving import serve

    logs.configure(quiet=True)
    address, settings = f"http://127.0.0.1:{port}", load()
    log_ins = [f"{each.who.name}  {each.who.email}  {each.password}" for each in staff(settings)]
    welcome = _welcome(address, log_ins)
    serve(open_demo(settings, address), "127.0.0.1", port, lambda: print(welcome))


@app.command(name="serve")
def serve_(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    role: Annotated[Literal["all", "web", "worker"], typer.Option()] = "all",
) -> None:
    """Serve customers."""
    from bot.serving import open_app, serve

    logs.configure()
    serve(open_app(load(), role), host, port)


@app.command()
def chat(
    lang: Annotated[Literal["ja", "en"], typer.Option(help="language to start in")] = "ja",
    verbose: Annotated[bool, typer.Option(help="show what was heard")] = False,
) -> None:
    """Talk to the counter in the terminal."""
    from bot.terminal import talk

    logs.configure(quiet=True)
    asyncio.run(talk(load(), lang, verbose=verbose))


@app.command()
def report(as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False) -> None:
    """What waits for a person, longest first, and what could not be delivered."""
    logs.configure(quiet=True)
    found = asyncio.run(_report(load()))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=str))
        return
    for request in found["requests"]:
        print(f"{request['since']:%Y-%m-%d %H:%M} UTC  {request['reason']}  {request['customer']}")
    print(f"{len(found['requests'])} wait for a person; {found['undelivered']} undelivered")


async def _report(settings: Settings) -> dict[str, Any]:
    from bot.main import open_kept

    async with open_kept(settings) as storage:
        requests = [row.talk for row in await storage.handoffs.open()]
        undelivered = await storage.desk.undelivered()
    waiting = [
        {
            "since": talk.case.asked_at,
            "reason": talk.case.reason,
            "state": talk.case.state,
            "customer": talk.customer_id,
        }
        for talk in requests
    ]
    waiting.sort(key=lambda one: str(one["since"]))
    return {"requests": waiting, "undelivered": len(undelivered)}


@app.command()
def doctor() -> None:
    """Print the settings as they are, secrets masked, and what looks wrong with them."""
    settings = load()
    for field, value in settings.env.model_dump().items():
        shown = PASSWORD.sub(r"\1:***@", str(value))
        print(f"{config.PREFIX}{field.upper()}={shown}")
    print(settings.bot.model_dump_json(indent=2))
    for variable in config.unknown(os.environ):
        print(f"madoguchi: {variable} is not a setting", file=sys.stderr)
    if "rasa" in (settings.engine, settings.bot.nlu.shadow):
        asyncio.run(_find_rasa(settings))
        print(f"Rasa answers at {settings.env.rasa_url}")


async def _find_rasa(settings: Settings) -> None:
    """Raises `Unavailable`, saying what to do, where there is no Rasa."""
    from bot.nlu import open_rasa

    async with open_rasa(settings) as rasa:
        with _asking_rasa(settings):
            await rasa.check()


@contextmanager
def _asking_rasa(settings: Settings) -> Iterator[None]:
    """What is asked of Rasa; raises `Unavailable`, saying what to do, where it does not answer."""
    try:
        yield
    except Unavailable as fault:
        address = settings.env.rasa_url
        raise Unavailable(f"no Rasa at {address} ({fault}): `make rasa`") from None


@nlu.command()
def train(force: Annotated[bool, typer.Option(help="even if nothing changed")] = False) -> None:
    """Train from nlu_data; the model is kept under the hash of the data."""
    from bot.nlu import train

    print(train(ROOT / "nlu_data", MODELS, force=force))


@nlu.command()
def parse() -> None:
    """One JSON line for every line on stdin: requests, entities, language."""
    logs.configure(quiet=True)
    asyncio.run(_parse(load()))


async def _parse(settings: Settings) -> None:
    from bot.nlu import parse_json

    sys.stdin.reconfigure(errors="surrogateescape", newline="\n")  # type: ignore[union-attr]
    async with _reader(settings) as (reader, lexicon):
        for line in sys.stdin:
            parsed = await parse_json(reader, line.rstrip("\r\n"), lexicon)
            print(json.dumps(parsed, ensure_ascii=True), flush=True)


@nlu.command(name="eval")
def evaluate(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Accuracy, F1, out-of-scope, confusions and latency on a file of intent<TAB>text."""
    logs.configure(quiet=True)
    print(asyncio.run(_evaluated(load(), file)))


async def _evaluated(settings: Settings, file: Path) -> str:
    from bot.nlu import evaluate

    async with _reader(settings) as (reader, lexicon):
        return (await evaluate(reader, file, lexicon)).text()


@asynccontextmanager
async def _reader(settings: Settings) -> AsyncIterator[tuple[Reader, Lexicon]]:
    """The engine that is set, without a spare, and the names it is told."""
    from bot.main import open_names
    from bot.nlu import load_or_train, open_reader

    if settings.engine == "rasa":
        await _find_rasa(settings)
    linear = load_or_train(ROOT / "nlu_data", MODELS)
    async with open_names(settings) as names, open_reader(settings, linear) as reader:
        lexicon = names.current()
        with _asking_rasa(settings):
            yield reader, lexicon


@db.command()
def upgrade() -> None:
    """Create the counter's tables, or bring them up to date."""
    from bot.storage import upgrade

    asyncio.run(upgrade(load().env.database_url))


@channels.command()
def check() -> None:
    """See whether every platform knows us and calls us; changes nothing."""
    _report_findings(asyncio.run(_findings(load(), "check")))


@channels.command()
def setup() -> None:
    """Tell every platform where to call, and install menus and commands."""
    _report_findings(asyncio.run(_findings(load(), "setup")))


async def _findings(
    settings: Settings, deed: Literal["check", "setup"]
) -> Mapping[str, Sequence[Finding]]:
    from bot.main import open_channels

    logs.configure(quiet=True)
    async with open_channels(settings) as opened:
        return {
            name: await (channel.check() if deed == "check" else channel.setup())
            for name, channel in opened.items()
        }


def _report_findings(found: Mapping[str, Sequence[Finding]]) -> None:
    """One line for each finding, what is wrong with how to mend it; exit 1 if anything is."""
    if not any(found.values()):
        print("no platform is switched on: see Settings in README.md for what each needs")
    for name, findings in found.items():
        for finding in findings:
            print(f"{name}: {'ok   ' if finding.ok else 'WRONG'}  {finding.what}")
            if finding.mend:
                print(f"{' ' * len(name)}         -> {finding.mend}")
    if not all(finding.ok for findings in found.values() for finding in findings):
        raise SystemExit(1)


@backend.command(name="serve")
def serve_backend(host: Host = "127.0.0.1", port: Port = 8100) -> None:
    """Serve the reference backend alone; needs MADOGUCHI_BACKEND_TOKEN."""
    from bot.clock import SystemClock
    from bot.embedding import backend_settings

    logs.configure()
    settings = load()
    if settings.env.backend_token is None:
        raise Misconfigured([f"{config.PREFIX}BACKEND_TOKEN must be set"])
    serving = importlib.import_module("backend.serving")
    made = backend_settings(settings, SystemClock(settings.env.clock))
    serving.serve_command(made, host, port)


@backend.command(name="import")
def import_folder(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Import a retailer's folder into the reference backend; all of it or nothing."""
    from bot.clock import SystemClock
    from bot.embedding import backend_settings

    logs.configure(quiet=True)
    settings = load()
    command = importlib.import_module("backend.importing.command").import_command
    raise SystemExit(command(folder, backend_settings(settings, SystemClock(settings.env.clock))))


def _welcome(address: str, log_ins: Sequence[str]) -> str:
    people = "\n".join(f"  {line}" for line in log_ins)
    return f"""
窓口 / Madoguchi is open:  {address}

A shop with the counter at the bottom right: ask in Japanese or English.
The shop beside a LINE phone and a Telegram phone:  {address}/channels
One-time codes arrive in its inbox.  People to talk as: backend/demo_shop/README.md
The staff's desk:  {address}/desk  (log in as one of these; the passwords are this demo's own)
{people}
Stop with Ctrl-C."""
