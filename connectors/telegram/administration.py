"""Whether the platform knows us and calls us, and telling it to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from telegram import BotCommand, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.channel import Finding
from connectors.telegram.api import KINDS, Api
from connectors.telegram.words import COMMANDS, DESCRIPTION, SHORT_DESCRIPTION

LATELY = timedelta(minutes=10)
"""Telegram tries a call that failed again within two minutes: so long without one is over."""
OTHERS = "other languages"
PORTS = (443, 80, 88, 8443)
SETUP = "run `madoguchi channels setup`"
TOKEN = "set MADOGUCHI_TELEGRAM_TOKEN to the token @BotFather shows"  # noqa: S105
ADDRESS = "set MADOGUCHI_PUBLIC_URL to the https address people reach this counter at"


@dataclass(frozen=True)
class Wanted:
    """How it should be: `address` is where the platform should call, None when we poll."""

    address: str | None
    secret: str
    polling: bool
    languages: Sequence[str]


async def check(api: Api, wanted: Wanted, now: datetime) -> Sequence[Finding]:
    """Look, and change nothing. `now` is real time."""
    try:
        me, hook = await api.get_me(), await api.get_webhook_info()
        menus = [await _installed(api, *menu) for menu in _menus(wanted)]
    except TelegramError as fault:
        return [_unreached(fault)]
    calls = _polled(hook) if wanted.polling else _called(hook, wanted, now)
    return [_identity(me), *calls, *menus]


async def setup(api: Api, wanted: Wanted) -> Sequence[Finding]:
    """Set the webhook (or remove it), the commands menu and the descriptions."""
    steps: list[tuple[str, Callable[[], Awaitable[object]]]] = []
    if wanted.polling:
        steps.append(("no webhook, since updates are polled", api.delete_webhook))
    elif wanted.address is None:
        return [Finding(False, "Telegram has nowhere to call", ADDRESS)]
    else:
        steps.append((f"webhook at {wanted.address}", partial(_set_webhook, api, wanted)))
    for language, code in _menus(wanted):
        named = code or OTHERS
        steps.append((f"menu of commands ({named})", partial(_menu, api, language, code)))
        steps.append((f"descriptions ({named})", partial(_describe, api, language, code)))
    return [await _done(what, step) for what, step in steps]


async def _done(what: str, step: Callable[[], Awaitable[object]]) -> Finding:
    try:
        await step()
    except TelegramError as fault:
        reason = TOKEN if isinstance(fault, InvalidToken) else fault.message
        return Finding(False, what, f"Telegram: {reason}")
    return Finding(True, what)


async def _set_webhook(api: Api, wanted: Wanted) -> None:
    await api.set_webhook(
        wanted.address or "", secret_token=wanted.secret, allowed_updates=KINDS, max_connections=40
    )


def _menus(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Our languages, each with the code clients know it by; any other client gets what has none."""
    yield from ((language, language) for language in wanted.languages)
    yield "en" if "en" in wanted.languages else wanted.languages[0], ""


def _commands(language: str) -> list[BotCommand]:
    return [BotCommand(name, command.menu) for name, command in COMMANDS[language].items()]


async def _menu(api: Api, language: str, code: str) -> None:
    await api.set_my_commands(_commands(language), language_code=code)


async def _describe(api: Api, language: str, code: str) -> None:
    await api.set_my_short_description(SHORT_DESCRIPTION[language], language_code=code)
    await api.set_my_description(DESCRIPTION[language], language_code=code)


async def _installed(api: Api, language: str, code: str) -> Finding:
    """Is the menu that clients show the one we would install?"""
    shown = list(await api.get_my_commands(language_code=code))
    what = f"the menu of commands ({code or OTHERS})"
    if shown == _commands(language):
        return Finding(True, f"{what} is ours")
    return Finding(False, f"{what} is {'another one' if shown else 'not installed'}", SETUP)


def _unreached(fault: TelegramError) -> Finding:
    if isinstance(fault, InvalidToken):
        return Finding(False, "Telegram refuses the token", TOKEN)
    what = f"Telegram does not answer ({type(fault).__name__})"
    return Finding(False, what, "see whether this machine reaches MADOGUCHI_TELEGRAM_API_BASE")


def _identity(me: User) -> Finding:
    return Finding(True, f"the token is that of @{me.username}")


def _polled(hook: WebhookInfo) -> Sequence[Finding]:
    if hook.url:
        return [Finding(False, f"a webhook is set at {hook.url}", "start the counter, or " + SETUP)]
    return [Finding(True, "no webhook is set: updates are polled"), _waiting(hook)]


def _called(hook: WebhookInfo, wanted: Wanted, now: datetime) -> Sequence[Finding]:
    address = wanted.address
    if address is None:
        return [Finding(False, "Telegram has nowhere to call", ADDRESS)]
    found = []
    if not _callable(address):
        mend = f"{ADDRESS}, on port {', '.join(map(str, PORTS))}"
        found.append(Finding(False, f"Telegram does not call {address}", mend))
    if hook.url == address:
        found.append(Finding(True, f"the webhook is {address}"))
    else:
        found.append(Finding(False, f"the webhook is {hook.url or 'not set'}", SETUP))
    if missing := set(KINDS) - set(hook.allowed_updates or KINDS):
        found.append(Finding(False, f"not asked for: {', '.join(sorted(missing))}", SETUP))
    if hook.last_error_message:
        found.append(_failed(hook.last_error_message, hook.last_error_date, now))
    return [*found, _waiting(hook)]


def _failed(said: str, at: datetime | None, now: datetime) -> Finding:
    """The last call that failed: Telegram keeps telling of it long after calls arrive again."""
    when = f"{at:%Y-%m-%d %H:%M} UTC" if at else "lately"
    what = f"the last call that failed, {when}: {said}"
    if at is not None and now - at > LATELY:
        return Finding(True, f"{what}; none since then")
    return Finding(False, what, "see whether the address is reachable and its certificate valid")


def _callable(address: str) -> bool:
    """Telegram calls https on four ports only; a Bot API server of one's own is less strict."""
    parts = urlsplit(address)
    return parts.scheme == "https" and (parts.port or 443) in PORTS


def _waiting(hook: WebhookInfo) -> Finding:
    return Finding(True, f"{hook.pending_update_count} updates wait to be taken in")
