"""Whether the platform knows us and calls us, and telling it to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from telegram import BotCommand, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.channel import Finding
from connectors.telegram.api import KINDS, Api
from connectors.telegram.words import COMMANDS, DESCRIPTION, SHORT_DESCRIPTION

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


async def check(api: Api, wanted: Wanted) -> Sequence[Finding]:
    """Look, and change nothing."""
    try:
        me, hook = await api.get_me(), await api.get_webhook_info()
    except TelegramError as fault:
        return [_unreached(fault)]
    return [_identity(me), *(_polled(hook) if wanted.polling else _called(hook, wanted))]


async def setup(api: Api, wanted: Wanted) -> Sequence[Finding]:
    """Set the webhook (or remove it), the commands menu and the descriptions."""
    steps: list[tuple[str, Callable[[], Awaitable[object]]]] = []
    if wanted.polling:
        steps.append(("no webhook, since updates are polled", api.delete_webhook))
    elif wanted.address is None:
        return [Finding(False, "Telegram has nowhere to call", ADDRESS)]
    else:
        steps.append((f"webhook at {wanted.address}", partial(_set_webhook, api, wanted)))
    for language in wanted.languages:
        steps.append((f"menu of commands ({language})", partial(_menu, api, language)))
        steps.append((f"descriptions ({language})", partial(_describe, api, language)))
    # Clients in any other language get what has no language.
    steps.append(("menu and descriptions for other languages", partial(_others, api, wanted)))
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


async def _menu(api: Api, language: str, code: str | None = None) -> None:
    menu = [BotCommand(name, command.menu) for name, command in COMMANDS[language].items()]
    await api.set_my_commands(menu, language_code=language if code is None else code)


async def _describe(api: Api, language: str, code: str | None = None) -> None:
    code = language if code is None else code
    await api.set_my_short_description(SHORT_DESCRIPTION[language], language_code=code)
    await api.set_my_description(DESCRIPTION[language], language_code=code)


async def _others(api: Api, wanted: Wanted) -> None:
    language = "en" if "en" in wanted.languages else wanted.languages[0]
    await _menu(api, language, "")
    await _describe(api, language, "")


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


def _called(hook: WebhookInfo, wanted: Wanted) -> Sequence[Finding]:
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
        when = f"{hook.last_error_date:%Y-%m-%d %H:%M} UTC" if hook.last_error_date else "lately"
        what = f"the last call that failed, {when}: {hook.last_error_message}"
        mend = "see whether the address is reachable and its certificate valid"
        found.append(Finding(False, what, mend))
    return [*found, _waiting(hook)]


def _callable(address: str) -> bool:
    """Telegram calls https on four ports only; a Bot API server of one's own is less strict."""
    parts = urlsplit(address)
    return parts.scheme == "https" and (parts.port or 443) in PORTS


def _waiting(hook: WebhookInfo) -> Finding:
    return Finding(True, f"{hook.pending_update_count} updates wait to be taken in")
