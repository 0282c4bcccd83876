"""What a channel must do for the bot, and what it may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.config import Settings
from bot.messages import Account
from bot.messages.inbound import Inbound
from bot.messages.outbound import Outbound

Author = Literal["bot", "agent", "system", "customer"]


@dataclass(frozen=True)
class Abilities:
    """What a channel can show; the limits are the platform's own.

    Characters count in UTF-16 units, as platforms count them: an emoji is two. `choice_limit`
    holds for one message or one card, 0 where there are no buttons. `kinds` names what is shown
    beside text: "cards", "picture", "place". `introduces_us`: before the first message the
    channel itself says that a machine answers, what is kept, and that there are people.
    `own_pages`: an address without a host leads to a page of ours there. `asks` names what a choice
    can have the platform ask for: "contact", "location", "moment". `offer_after`: how old a handle
    for a free reply gets, in seconds, before the answer itself can no longer be hoped to go out on
    it.
    """

    text_limit: int
    choice_limit: int
    label_limit: int
    card_limit: int
    kinds: frozenset[str]
    typing: bool = False
    free_replies: bool = False
    introduces_us: bool = False
    own_pages: bool = False
    asks: frozenset[str] = frozenset()
    offer_after: float | None = None


@dataclass(frozen=True)
class Envelope:
    """One message on its way out; `key` stays the same over retries.

    `reply` is the handle of the message it answers, `newest` the account's newest one that no
    answer has used yet. `free_only`: it goes out for free or not at all. `name` and `picture` (an
    address, or a path on our own host) are of who wrote it.
    """

    key: str
    account: Account
    author: Author
    content: Outbound
    at: datetime
    name: str | None = None
    picture: str | None = None
    reply: str | None = None
    newest: str | None = None
    free_only: bool = False


@dataclass(frozen=True)
class Sent:
    """A message went out; `used` are handles of its batch that are used up now.

    `migrated` is the account it went to, where the platform has given it another id since.
    """

    key: str
    used: tuple[str, ...] = field(default=(), compare=False)
    migrated: Account | None = field(default=None, compare=False)


Refusal = Literal["blocked", "quota", "refused", "unreachable"]


@dataclass(frozen=True)
class Failed:
    """Why a message did not go out; `reason` in the platform's words.

    `blocked`: the customer does not want us; `quota`: all that we may send for now is sent;
    `permanent`: sending again cannot help; `retry_after`: the platform's own word, in seconds.
    """

    key: str
    reason: str
    permanent: bool = False
    blocked: bool = False
    retry_after: float | None = None
    quota: bool = False

    @property
    def kind(self) -> Refusal:
        """What staff are told, each in their language."""
        if self.blocked:
            return "blocked"
        if self.quota:
            return "quota"
        return "refused" if self.permanent else "unreachable"


@dataclass(frozen=True)
class Profile:
    """What the platform says of an account: `language` as BCP 47, `picture_url` over https."""

    display_name: str | None = None
    language: str | None = None
    picture_url: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A picture, film, sound or file a customer sent."""

    content: bytes
    content_type: str


@dataclass(frozen=True)
class Finding:
    """One thing looked at while checking or setting up; `mend` says what to do about it."""

    ok: bool
    what: str
    mend: str = ""


class Channel(Protocol):
    """One way customers reach us. Translates, never decides."""

    name: str
    abilities: Abilities

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Is this really from the platform? In constant time."""

    def read(self, body: bytes) -> Sequence[Inbound]:
        """Translate one webhook call. Raises `bot.errors.BadPayload` when it is not the shape."""

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        """Send messages of one account, in order; one verdict for each."""

    async def typing(self, message: Inbound) -> None:
        """Show that this was seen and an answer is coming, where the platform can. Never raises."""

    async def writing(self, account: Account, name: str) -> None:
        """Show for some seconds that a person of this name writes, where the platform can.

        Never raises.
        """

    async def profile(self, account: Account) -> Profile | None:
        """What the platform says of an account; None where it says nothing. Never raises."""

    async def fetch_media(self, ref: str, *, largest: int) -> Fetched:
        """What a customer sent, up to so many bytes.

        Raises `bot.errors.MediaRefused` when it is too large, gone, or of no kind that is taken,
        and `bot.errors.Unavailable` when asking again later may help.
        """

    async def check(self) -> Sequence[Finding]:
        """Look whether the platform knows us and calls us; changes nothing."""

    async def setup(self) -> Sequence[Finding]:
        """Tell the platform where to call, and install menus and commands."""

    async def invitation(self, code: str) -> str | None:
        """A link that opens the talk on this channel and brings a code along, where there is one.

        Never raises.
        """

    async def account_link(self, account: Account) -> str | None:
        """The retailer's page to log in on for the platform's own account link, where it has one.

        Raises `bot.errors.Unavailable` when the platform does not answer.
        """

    def routes(self, counter: Counter) -> Sequence[Any]:
        """Further HTTP routes the channel serves (Starlette routes)."""

    async def run(self, counter: Counter) -> None:
        """Work beside the server (polling) until cancelled; returns at once where there is none."""

    async def close(self) -> None:
        """Let go of what is open; who asks again gets new connections."""


@dataclass(frozen=True)
class Item:
    """One entry of a customer's timeline; `cursor` grows, is opaque and belongs to one account.

    `message` is the id of the customer's own message that this entry shows; `picture` the address
    of a picture of who wrote it, or a path on our own host.
    """

    cursor: int
    account: Account
    author: Author
    at: datetime
    content: Outbound
    name: str | None = None
    message: str | None = None
    picture: str | None = None


@dataclass(frozen=True)
class Invitation:
    """A code that carries a talk to another channel, once, until `expires_at` (real time).

    `url` opens the talk there and brings the code along, where the channel has such a link.
    """

    code: str
    expires_at: datetime
    url: str | None = None


class Counter(Protocol):
    """What a channel may ask of the bot."""

    async def accept(self, messages: Sequence[Inbound]) -> int:
        """Store messages durably, once each; how many were new.

        Raises `bot.errors.TooMany` when the account or the house is over its rate.
        """

    async def identify(self, account: Account, member_id: str) -> Account:
        """The channel vouches that this account is this member, at this moment.

        The account to go on with: a new one, whose user id the counter makes up, if this account
        belonged to another member. An account nobody knew is taken in. Raises
        `bot.errors.UnknownMember`, or `bot.errors.Unavailable` when the shop cannot be asked;
        nothing has changed then.
        """

    async def forget(self, account: Account) -> None:
        """The customer logs out here: trust ends and the timeline is no longer shown."""

    def others(self, channel: str) -> Sequence[str]:
        """Names of the channels that are on beside this one."""

    async def invite(self, account: Account, channel: str) -> Invitation:
        """Let this account's talk go on in another channel.

        Raises `bot.errors.TooMany` when too many codes were made lately.
        """

    async def timeline(self, account: Account, after: int, limit: int = 100) -> Sequence[Item]:
        """Entries of this account after a cursor, oldest first; one turn's entries together.

        Cursors start at 1; an account nobody knew has no entries.
        """

    async def earlier(
        self, account: Account, before: int | None, limit: int = 50
    ) -> Sequence[Item]:
        """The last entries of this account before a cursor, or of all, oldest first.

        One turn's entries together.
        """

    async def wait(self, account: Account, after: int, seconds: float) -> None:
        """Return when there may be something after the cursor, or when the time is up.

        Returns at once when there is something already.
        """


@dataclass(frozen=True)
class Supplies:
    """What a channel is built from: the settings, the counter's database, and real time.

    `brand` is what the counter calls the shop; empty where neither the operator nor the backend
    says.
    """

    settings: Settings
    database: Any
    now: Callable[[], datetime]
    brand: str = ""
