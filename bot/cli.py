"""The `madoguchi` command."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.config import load
from bot.errors import MadoguchiError, Misconfigured

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
nlu_app = typer.Typer(no_args_is_help=True, help="Train, ask and judge the understanding.")
app.add_typer(nlu_app, name="nlu")


def main() -> None:
    """Run the command; one clear line on stderr for what went wrong."""
    try:
        app()
    except Misconfigured as fault:
        for line in fault.faults:
            print(f"madoguchi: {line}", file=sys.stderr)
        raise SystemExit(2) from None
    except MadoguchiError as fault:
        print(f"madoguchi: {fault}", file=sys.stderr)
        raise SystemExit(1) from None


@app.command()
def chat(
    lang: Annotated[str, typer.Option(help="ja or en")] = "ja",
    verbose: Annotated[bool, typer.Option(help="show what was heard")] = False,
) -> None:
    """Talk to the counter in the terminal."""
    from bot.terminal import talk

    asyncio.run(talk(load(), lang, verbose=verbose))
