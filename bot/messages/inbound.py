"""What a customer can send, whichever channel carried it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.messages.account import Account


@dataclass(frozen=True, kw_only=True)
class Message:
    """What every inbound message has.

    `id` is unique within the channel (the platform's event id or the widget's client id), `at` is
    the platform's time stamp in UTC, `reply` an opaque handle the channel may need to answer for
    free, `locale` the platform's word on the customer's language. `shared`: others read along (a
    group), so that nothing about anybody's account may be said here. `platform_id` is
    the platform's own id of a message that can be taken back (`Unsent`).
    """

    id: str
    account: Account
    at: datetime
    reply: str | None = None
    locale: str | None = None
    shared: bool = False
    platform_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Text(Message):
    text: str


@dataclass(frozen=True, kw_only=True)
class Tap(Message):
    """A button pressed; `payload` is the value of the choice, verbatim."""

    payload: str


SHOW_ANSWER = "show-answer"
"""What a tap brings that only asks for the answer that was promised by the button."""
BACK_TO_BOT = "back-to-bot"
"""A tap with this payload ends a talk with a person; lines of staff carry its button."""


@dataclass(frozen=True, kw_only=True)
class Location(Message):
    """A place shared by the customer, in degrees (WGS 84)."""

    lat: float
    lng: float
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sticker(Message):
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Media(Message):
    """A picture, film, sound or file.

    `media` is "image", "video", "audio" or "file", `ref` the channel's handle to fetch it.
    """

    media: str
    ref: str
    name: str | None = None
    caption: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contact(Message):
    """A phone number shared through the platform; `own` when the platform vouches for it."""

    phone: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class Joined(Message):
    """The customer opened the talk or unblocked us; `start` carries a deep link's payload."""

    start: str | None = None


@dataclass(frozen=True, kw_only=True)
class Left(Message):
    """The customer blocked us."""


@dataclass(frozen=True, kw_only=True)
class Migrated(Message):
    """The platform has given this account another id; `former` was its user id before."""

    former: str


@dataclass(frozen=True, kw_only=True)
class AccountLinked(Message):
    """The platform confirms an account link; `nonce` was made by the retailer's log-in page."""

    nonce: str
    ok: bool


@dataclass(frozen=True, kw_only=True)
class Identified(Message):
    """The customer has become known without a word: what waited for that goes on.

    `anew`: this account was not known to be theirs before.
    """

    anew: bool = True


@dataclass(frozen=True, kw_only=True)
class Returned(Message):
    """Staff gave the talk back to the bot; `resolved`: they are done with it.

    `rated`: the customer is asked how it was.
    """

    resolved: bool = False
    rated: bool = True


@dataclass(frozen=True, kw_only=True)
class PutOff(Message):
    """Nobody of the staff is there now for who waits for them."""


@dataclass(frozen=True, kw_only=True)
class QueueMoved(Message):
    """Who waits for a person has another place in the queue now."""


@dataclass(frozen=True, kw_only=True)
class Unsent(Message):
    """The customer took a message back."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class Unknown(Message):
    """An event of a kind there is no use for: stored, counted and skipped."""

    kind: str


Inbound: TypeAlias = (
    Text
    | Tap
    | Location
    | Sticker
    | Media
    | Contact
    | Joined
    | Left
    | Migrated
    | AccountLinked
    | Identified
    | Returned
    | PutOff
    | QueueMoved
    | Unsent
    | Unknown
)


def asks_for_answer(message: Inbound) -> bool:
    """Does this only ask for an answer that was offered, and say nothing else?"""
    return isinstance(message, Tap) and message.payload == SHOW_ANSWER
