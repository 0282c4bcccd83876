"""LINE as a channel of the counter."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from bot.channel import Counter, Envelope, Failed, Fetched, Finding, Profile, Sent
from bot.errors import Unavailable
from bot.messages import Account
from bot.messages.inbound import Inbound
from connectors.line.api import Api, LineRefused, LineSilent
from connectors.line.arrivals import Arrivals
from connectors.line.bubbles import ABILITIES
from connectors.line.events import CHANNEL, read
from connectors.line.groups import Company
from connectors.line.handles import Handle
from connectors.line.media import fetch
from connectors.line.pushes import Database, Pushes
from connectors.line.sending import Post
from connectors.line.setting_up import check, setup

OPEN_TALK = "https://line.me/R/oaMessage"
PROFILE_SECONDS = 3.0
TYPING_SECONDS = 3.0
READ_REMEMBERED = 1000
LOADING_SECONDS = 20
"""How long the animation is shown at most; it ends with the next message."""


class Line:
    """Messages of one LINE Official Account.

    `secret` is the channel secret, `name` what customers in groups call the counter, `public_url`
    where LINE reaches us, `login_url` the retailer's page for linking accounts, `push_budget` the
    most paid pushes in a month, `now` real time.
    """

    name = CHANNEL
    abilities = ABILITIES

    def __init__(
        self,
        api: Api,
        *,
        secret: str,
        database: Database,
        now: Callable[[], datetime],
        name: str = "",
        public_url: str | None = None,
        login_url: str | None = None,
        push_budget: int | None = None,
    ) -> None:
        self._api = api
        self._secret = secret.encode()
        self._now = now
        self._public_url = public_url
        self._login_url = login_url
        self._company = Company(name)
        self._pushes = Pushes(database, now, push_budget)
        self._post = Post(
            api, self._pushes, Arrivals(database, now), self._company, now, public_url
        )
        self._aside: set[asyncio.Task[None]] = set()
        self._read: set[str] = set()

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Does `x-line-signature` fit the raw body? In constant time."""
        given = headers.get("x-line-signature", "").encode("utf-8", "replace")
        own = base64.b64encode(hmac.new(self._secret, body, hashlib.sha256).digest())
        return hmac.compare_digest(given, own)

    def read(self, body: bytes) -> Sequence[Inbound]:
        """The messages of one webhook call. Raises `bot.errors.BadPayload`."""
        return read(body, self._company, self._now())

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        """Send messages of one account, free where that can be; one verdict for each.

        What was answered is marked as read, beside the answer.
        """
        verdicts = await self._post.send(batch)
        answered = {
            envelope.reply or envelope.newest
            for envelope, verdict in zip(batch, verdicts, strict=True)
            if isinstance(verdict, Sent)
        }
        for reply in answered:
            self._mark_as_read(reply)
        return verdicts

    async def typing(self, message: Inbound) -> None:
        """Mark as read and show the loading animation, beside whatever else is done."""
        self._mark_as_read(message.reply)
        self._show_loading(message.account)

    async def writing(self, account: Account, name: str) -> None:
        """Show the loading animation; LINE names nobody in it."""
        self._show_loading(account)

    def _show_loading(self, account: Account) -> None:
        if account.user.startswith("U"):  # groups and rooms have no animation
            loading = {"chatId": account.user, "loadingSeconds": LOADING_SECONDS}
            self._do_aside(self._told("/v2/bot/chat/loading/start", loading))

    async def profile(self, account: Account) -> Profile | None:
        """Name, language and picture of a customer; None for groups, and where LINE tells none."""
        if not account.user.startswith("U"):
            return None
        try:
            told = await self._api.call(
                "GET", "/v2/bot/profile/{user}", seconds=PROFILE_SECONDS, user=account.user
            )
        except (LineRefused, LineSilent):
            return None
        known = told if isinstance(told, dict) else {}
        fields = (known.get(name) for name in ("displayName", "language", "pictureUrl"))
        return Profile(*(value if isinstance(value, str) else None for value in fields))

    async def fetch_media(self, ref: str, *, largest: int) -> Fetched:
        """What a customer sent. Raises `bot.errors.MediaRefused` and `bot.errors.Unavailable`."""
        return await fetch(self._api, ref, largest)

    async def invitation(self, code: str) -> str | None:
        """A link that opens the talk with the code written already; sending it is left to them."""
        try:
            basic_id = (await self._api.call("GET", "/v2/bot/info"))["basicId"]
        except (LineRefused, LineSilent, LookupError, TypeError):
            return None
        return f"{OPEN_TALK}/{quote(str(basic_id))}/?{quote(f'連携コード {code}')}"

    async def account_link(self, account: Account) -> str | None:
        """The retailer's log-in page with a link token; None where there is no such page.

        Raises `bot.errors.Unavailable`.
        """
        if self._login_url is None or not account.user.startswith("U"):
            return None
        try:
            path = "/v2/bot/user/{user}/linkToken"
            issued = await self._api.call("POST", path, user=account.user)
        except (LineRefused, LineSilent) as fault:
            raise Unavailable(str(fault)) from fault
        joint = "&" if "?" in self._login_url else "?"
        return f"{self._login_url}{joint}{urlencode({'linkToken': issued['linkToken']})}"

    async def check(self) -> Sequence[Finding]:
        """Whether LINE knows us, calls us, and how much of the month's messages is left."""
        return await check(self._api, self._public_url, self._pushes)

    async def setup(self) -> Sequence[Finding]:
        """Set the webhook and install the rich menu."""
        return await setup(self._api, self._public_url)

    def routes(self, counter: Counter) -> Sequence[Any]:
        """None beside the webhook."""
        return ()

    async def run(self, counter: Counter) -> None:
        """Have the SDK loaded before the first answer."""
        await self._api.open()

    async def close(self) -> None:
        """Give up what is done beside, and let go of the connections; a call opens new ones."""
        for task in self._aside:
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)
        await self._api.close()

    def _mark_as_read(self, reply: str | None) -> None:
        """Once for each message, unless others come in between by the thousand."""
        handle = Handle.load(reply)
        if handle is None or handle.read_token is None or handle.read_token in self._read:
            return
        if len(self._read) >= READ_REMEMBERED:
            self._read.clear()
        self._read.add(handle.read_token)
        body = {"markAsReadToken": handle.read_token}
        self._do_aside(self._told("/v2/bot/chat/markAsRead", body))

    def _do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)  # the loop alone would let it be collected half done
        task.add_done_callback(self._aside.discard)

    async def _told(self, path: str, body: Mapping[str, object]) -> None:
        """A courtesy: whether it worked does not matter, and is logged already."""
        with contextlib.suppress(LineRefused, LineSilent):
            await self._api.call("POST", path, dict(body), seconds=TYPING_SECONDS)
