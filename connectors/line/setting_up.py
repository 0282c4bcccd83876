"""Does LINE know us and call us? And telling it where to call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.channel import Finding
from connectors.line import richmenu
from connectors.line.api import Api, LineRefused, LineSilent, sdk
from connectors.line.pushes import Pushes

WEBHOOK = "/webhooks/line"
CONSOLE = "LINE Developers (https://developers.line.biz/console/), Messaging API tab"


async def check(api: Api, public_url: str | None, pushes: Pushes) -> Sequence[Finding]:
    """What stands and what does not; changes nothing."""
    account = await _found("access token", lambda: _account(api))
    if not account.ok:
        return [account]  # nothing else can be asked
    return [
        account,
        await _found("webhook", lambda: _webhook(api, public_url)),
        await _found("webhook call", lambda: _called(api)),
        await _found("messages of this month", lambda: _quota(api, pushes)),
        await _found("rich menu", lambda: _menu(api)),
    ]


async def setup(api: Api, public_url: str | None) -> Sequence[Finding]:
    """Set the webhook, have LINE try it, and install the menu."""
    account = await _found("access token", lambda: _account(api))
    if not account.ok:
        return [account]
    return [
        account,
        await _found("webhook", lambda: _set_webhook(api, public_url)),
        await _found("webhook call", lambda: _called(api)),
        await _found("rich menu", lambda: _install(api)),
    ]


async def _found(what: str, look: Callable[[], Awaitable[Finding]]) -> Finding:
    """What was found; LINE's refusal is a finding too."""
    try:
        return await look()
    except LineRefused as refusal:
        if refusal.status == 401:
            return Finding(
                False,
                f"{what}: LINE does not know the access token",
                f"issue a channel access token in {CONSOLE}, set MADOGUCHI_LINE_ACCESS_TOKEN",
            )
        return Finding(False, f"{what}: LINE says {refusal}", "see the message; try again later")
    except LineSilent as fault:
        return Finding(
            False,
            f"{what}: no answer from LINE ({fault})",
            "see whether this machine can reach https://api.line.me",
        )


async def _account(api: Api) -> Finding:
    told = await api.ask(lambda line: line.get_bot_info())
    return Finding(True, f"access token: speaks for {told.display_name} ({told.basic_id})")


def _address(public_url: str | None) -> str | None:
    """Where LINE should call: https only, as LINE demands."""
    if not public_url or urlsplit(public_url).scheme != "https":
        return None
    return public_url.rstrip("/") + WEBHOOK


_NO_ADDRESS = Finding(
    False,
    "webhook: MADOGUCHI_PUBLIC_URL is no https address, and LINE calls no other",
    "set MADOGUCHI_PUBLIC_URL to where this server is reached from outside",
)


async def _webhook(api: Api, public_url: str | None) -> Finding:
    address = _address(public_url)
    if address is None:
        return _NO_ADDRESS
    try:
        told = await api.ask(lambda line: line.get_webhook_endpoint())
    except LineRefused as refusal:
        if refusal.status == 404:
            return Finding(False, "webhook: none is set", "run: madoguchi channels setup")
        raise
    if told.endpoint != address:
        return Finding(
            False, f"webhook: LINE calls {told.endpoint}", "run: madoguchi channels setup"
        )
    if not told.active:
        return Finding(False, "webhook: is switched off", f"switch 'Use webhook' on in {CONSOLE}")
    return Finding(True, f"webhook: LINE calls {address}")


async def _set_webhook(api: Api, public_url: str | None) -> Finding:
    address = _address(public_url)
    if address is None:
        return _NO_ADDRESS
    request = sdk().SetWebhookEndpointRequest(endpoint=address)
    await api.ask(lambda line: line.set_webhook_endpoint(request))
    return await _webhook(api, public_url)


async def _called(api: Api) -> Finding:
    told = await api.ask(lambda line: line.test_webhook_endpoint(), seconds=_TEST_SECONDS)
    if told.success:
        return Finding(True, "webhook call: arrives")
    mend = "see that the server runs and that the address leads to it"
    if told.status_code == 401:
        mend = "set MADOGUCHI_LINE_CHANNEL_SECRET to this channel's own secret"
    return Finding(False, f"webhook call: {told.reason} ({told.status_code} {told.detail})", mend)


async def _quota(api: Api, pushes: Pushes) -> Finding:
    quota = await api.ask(lambda line: line.get_message_quota())
    used = await api.ask(lambda line: line.get_message_quota_consumption())
    own = f"{await pushes.used()} pushed by us"
    limit: Any = quota.value if quota.type == "limited" else None
    told = f"messages of this month: {used.total_usage} of {limit or 'no limit'}, {own}"
    if limit is not None and used.total_usage >= limit:
        return Finding(
            False, told, "replies stay free; more pushes need a larger plan of the account"
        )
    return Finding(True, told)


async def _menu(api: Api) -> Finding:
    if await richmenu.installed(api):
        return Finding(True, "rich menu: installed")
    return Finding(False, "rich menu: is not installed", "run: madoguchi channels setup")


async def _install(api: Api) -> Finding:
    await richmenu.install(api)
    return Finding(True, "rich menu: installed")


_TEST_SECONDS = 20.0
"""LINE itself waits for our answer meanwhile."""
