"""The `bot:` section of config.yml: all an operator changes that is no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.config.common import LOOPBACK, Engine, Strict

Level = Literal["anonymous", "linked", "verified"]
WallClock = Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"]


class Brand(Strict):
    """`name` is what the counter calls the shop; else what the backend says.

    `icon` is the address of a picture (http or https, or a path on our own host) and `accent` a
    colour, both for the web chat.
    """

    name: str = ""
    icon: str = Field("", pattern=r"^((https?:/)?/[^\s]+)?$")
    accent: str = Field("", pattern=r"^(#[0-9a-fA-F]{6})?$")


class WebChatConfig(Strict):
    """`page` is the address of the shop's page that customers of other channels are sent to: one
    with the widget on it. Without it they get a code to type.
    """

    page: str = Field("", pattern=r"^(https?://[^\s#]+)?$")


class ChannelsConfig(Strict):
    webchat: WebChatConfig = WebChatConfig()


Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Strict):
    """How sure an engine must be, as probabilities.

    Below `nothing` even the likeliest request is not believed. Below `unsure`, two that are less
    than `close` apart are both offered, and a yes or no is none. From `clear` on a request goes
    before the open question; from `answered` on a yes, a no or bare details count while a detail
    is asked for.
    """

    nothing: Share = 0.25
    unsure: Share = 0.5
    close: Share = 0.12
    clear: Share = 0.6
    answered: Share = 0.85


class EngineThresholds(Strict):
    """Each engine has a scale of its own."""

    linear: Thresholds = Thresholds()
    rasa: Thresholds = Thresholds(clear=0.4, answered=0.6)


class NluConfig(Strict):
    """`shadow` names another engine that overhears customers and never answers."""

    engine: Engine = "linear"
    shadow: Engine | None = None
    thresholds: EngineThresholds = EngineThresholds()


class DialogueConfig(Strict):
    settle_ms: int = Field(1200, ge=0, le=10_000)
    frame_hours: float = Field(24, gt=0)
    focus_hours: float = Field(24, gt=0)


class StockConfig(Strict):
    display: Literal["bands", "exact"] = "bands"
    low_at: int = Field(2, ge=0)


class HoldsConfig(Strict):
    """Putting aside, as the reference backend does it where the shop's rules do not say.

    Kept until the store closes on the day that is `hours` away. Who has not proven to be a member
    has `limit` live holds at most, also where the shop allows its members more.
    """

    hours: int = Field(48, ge=1)
    limit: int = Field(2, ge=1)


class OpenHours(Strict):
    days: tuple[Weekday, ...]
    open: WallClock
    close: WallClock


class SsoConfig(Strict):
    """Single sign-on by OpenID Connect for staff; its secret is MADOGUCHI_DESK_SSO_SECRET.

    `issuer` is the provider's address, as it names itself. With a `role_claim` the claim of that
    name in the id token says which role somebody has; else it is as the operator added them.
    """

    issuer: str = Field(pattern=rf"^(https://|http://{LOOPBACK}(:\d+)?(/|$))[^\s?#]*$")
    client_id: str = Field(min_length=1)
    role_claim: str | None = Field(None, min_length=1)


class NotifyConfig(Strict):
    """Who waits for `after_minutes` is told of elsewhere, every `every_minutes` at most.

    Where to is MADOGUCHI_DESK_WEBHOOK_URL and MADOGUCHI_DESK_MAIL.
    """

    after_minutes: float = Field(5, gt=0)
    every_minutes: float = Field(30, gt=0)


class DeskConfig(Strict):
    """The staff's desk.

    An owner who is gone for `grace_seconds` loses the talk to the queue; with `capacity` talks a
    staff member is given no more; who waits for `patience_minutes` where nobody is there is told
    so; a talk ends when the customer is silent for `silence_hours`; that a place in the queue has
    moved is told every `place_minutes` at most. `topics` name by intent what staff must know to
    answer it.
    """

    hours: tuple[OpenHours, ...] = ()
    holidays: bool = True
    grace_seconds: float = Field(120, gt=0)
    capacity: int = Field(5, gt=0)
    patience_minutes: float = Field(10, gt=0)
    silence_hours: float = Field(24, gt=0)
    place_minutes: float = Field(3, gt=0)
    notify: NotifyConfig = NotifyConfig()
    topics: Mapping[str, str] = Field(default_factory=dict)
    sso: SsoConfig | None = None


class HandoffConfig(Strict):
    """`policy` says by intent who answers: the bot, or a person at once."""

    policy: Mapping[str, Literal["bot", "person"]] = Field(default_factory=dict)


class Limits(Strict):
    account_per_minute: int = Field(40, gt=0)
    address_per_minute: int = Field(240, gt=0)
    global_per_second: int = Field(500, gt=0)


class Retention(Strict):
    payload_days: int = Field(7, ge=1)
    audit_days: int = Field(730, ge=1)


class LineConfig(Strict):
    """`push_budget` is the most paid pushes in a month (Asia/Tokyo), one for each recipient."""

    push_budget: int | None = Field(None, ge=0)


class BotConfig(Strict):
    """The `bot:` section of config.yml."""

    brand: Brand = Brand()
    languages: tuple[Literal["ja", "en"], ...] = Field(("ja", "en"), min_length=1)
    channels: ChannelsConfig = ChannelsConfig()
    nlu: NluConfig = NluConfig()
    dialogue: DialogueConfig = DialogueConfig()
    trust: Mapping[str, Level] = Field(default_factory=dict)
    stock: StockConfig = StockConfig()
    holds: HoldsConfig = HoldsConfig()
    desk: DeskConfig = DeskConfig()
    handoff: HandoffConfig = HandoffConfig()
    line: LineConfig = LineConfig()
    limits: Limits = Limits()
    retention: Retention = Retention()
