"""Settings: `config.yml` for what is no secret, `MADOGUCHI_*` for the rest. Every fault at once."""

from __future__ import annotations

import base64
import itertools
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.errors import Misconfigured

ROOT = Path(__file__).resolve().parents[1]
ZONE = "Asia/Tokyo"
PREFIX = "MADOGUCHI_"
RASA_TOKEN = ROOT / "rasa_server" / "var" / "token"
EMBEDDED = "embedded"
"""The backend that runs in this process, as an address."""

Engine = Literal["linear", "rasa"]
Level = Literal["anonymous", "linked", "verified"]
WallClock = Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]
Base = Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]
"""`scheme://host[:port]` of a platform's interface."""
LOOPBACK = r"(localhost|127\.0\.0\.1|\[::1\])"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(_Strict):
    """`name` is what the counter calls the shop; else what the backend says.

    `icon` is the address of a picture (http or https, or a path on our own host) and `accent` a
    colour, both for the web chat.
    """

    name: str = ""
    icon: str = Field("", pattern=r"^((https?:/)?/[^\s]+)?$")
    accent: str = Field("", pattern=r"^(#[0-9a-fA-F]{6})?$")


class WebChatConfig(_Strict):
    """`page` is the address of the shop's page that customers of other channels are sent to: one
    with the widget on it. Without it they get a code to type.
    """

    page: str = Field("", pattern=r"^(https?://[^\s#]+)?$")


class ChannelsConfig(_Strict):
    webchat: WebChatConfig = WebChatConfig()


Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(_Strict):
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


class EngineThresholds(_Strict):
    """Each engine has a scale of its own."""

    linear: Thresholds = Thresholds()
    rasa: Thresholds = Thresholds(clear=0.4, answered=0.6)


class NluConfig(_Strict):
    """`shadow` names another engine that overhears customers and never answers."""

    engine: Engine = "linear"
    shadow: Engine | None = None
    thresholds: EngineThresholds = EngineThresholds()


class DialogueConfig(_Strict):
    settle_ms: int = Field(1200, ge=0, le=10_000)
    frame_hours: float = Field(24, gt=0)
    focus_hours: float = Field(24, gt=0)


class StockConfig(_Strict):
    display: Literal["bands", "exact"] = "bands"
    low_at: int = Field(2, ge=0)


class OpenHours(_Strict):
    days: tuple[Weekday, ...]
    open: WallClock
    close: WallClock


class SsoConfig(_Strict):
    """Single sign-on by OpenID Connect for staff; its secret is MADOGUCHI_DESK_SSO_SECRET.

    `issuer` is the provider's address, as it names itself. With a `role_claim` the claim of that
    name in the id token says which role somebody has; else it is as the operator added them.
    """

    issuer: str = Field(pattern=rf"^(https://|http://{LOOPBACK}(:\d+)?(/|$))[^\s?#]*$")
    client_id: str = Field(min_length=1)
    role_claim: str | None = Field(None, min_length=1)


class NotifyConfig(_Strict):
    """Who waits for `after_minutes` is told of elsewhere, every `every_minutes` at most.

    Where to is MADOGUCHI_DESK_WEBHOOK_URL and MADOGUCHI_DESK_MAIL.
    """

    after_minutes: float = Field(5, gt=0)
    every_minutes: float = Field(30, gt=0)


class DeskConfig(_Strict):
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


class HandoffConfig(_Strict):
    """`policy` says by intent who answers: the bot, or a person at once."""

    policy: Mapping[str, Literal["bot", "person"]] = Field(default_factory=dict)


class Limits(_Strict):
    account_per_minute: int = Field(40, gt=0)
    address_per_minute: int = Field(240, gt=0)
    global_per_second: int = Field(500, gt=0)


class Retention(_Strict):
    payload_days: int = Field(7, ge=1)
    audit_days: int = Field(730, ge=1)


class LineConfig(_Strict):
    """`push_budget` is the most paid pushes in a month (Asia/Tokyo), one for each recipient."""

    push_budget: int | None = Field(None, ge=0)


class BotConfig(_Strict):
    """The `bot:` section of config.yml."""

    brand: Brand = Brand()
    languages: tuple[Literal["ja", "en"], ...] = Field(("ja", "en"), min_length=1)
    channels: ChannelsConfig = ChannelsConfig()
    nlu: NluConfig = NluConfig()
    dialogue: DialogueConfig = DialogueConfig()
    trust: Mapping[str, Level] = Field(default_factory=dict)
    stock: StockConfig = StockConfig()
    desk: DeskConfig = DeskConfig()
    handoff: HandoffConfig = HandoffConfig()
    line: LineConfig = LineConfig()
    limits: Limits = Limits()
    retention: Retention = Retention()


class Environment(_Strict):
    """What is set by `MADOGUCHI_*`; names here are without the prefix, in lower case."""

    database_url: str = "sqlite+aiosqlite:///var/madoguchi.db"
    secret_key: SecretStr | None = None
    public_url: str | None = None
    backend_url: str = EMBEDDED
    backend_token: SecretStr | None = None
    backend_database_url: str = "sqlite+aiosqlite:///var/backend.db"
    backend_data: Path = ROOT / "backend" / "demo_shop"
    code_sink: str = Field("file:var/codes.jsonl", pattern=r"^(file:|smtps?://|https?://).+")
    webchat_origins: tuple[str, ...] = ()
    webchat_identity_key: SecretStr | None = None
    line_channel_secret: SecretStr | None = None
    line_access_token: SecretStr | None = None
    line_api_base: Base | None = None
    line_data_api_base: Base | None = None
    line_login_url: str | None = Field(None, pattern=r"^https?://[^\s]+$")
    telegram_token: SecretStr | None = None
    telegram_secret: SecretStr | None = None
    telegram_api_base: Base = "https://api.telegram.org"
    telegram_mode: Literal["webhook", "polling"] = "webhook"
    desk_sso_secret: SecretStr | None = None
    desk_webhook_url: SecretStr | None = None
    desk_webhook_secret: SecretStr | None = None
    desk_mail: SecretStr | None = None
    nlu: Engine | None = None
    rasa_url: Base = "http://127.0.0.1:5005"
    rasa_token: SecretStr | None = None
    clock: datetime | None = None
    limits: Literal["on", "off"] = "on"

    @field_validator("webchat_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("telegram_token")
    @classmethod
    def _fits_a_path(cls, value: SecretStr | None) -> SecretStr | None:
        # It becomes a part of every address that is called.
        if value is not None and not re.fullmatch(r"[\w:.~-]+", value.get_secret_value(), re.ASCII):
            raise ValueError("must be as @BotFather shows it, like 123456:ABC-def")
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _fits_the_header(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else "none"
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("desk_webhook_url")
    @classmethod
    def _is_called(cls, value: SecretStr | None) -> SecretStr | None:
        url = urlsplit(value.get_secret_value()) if value else None
        if url is not None and not (url.scheme in ("http", "https") and url.hostname):
            raise ValueError("must be https://…")
        return value

    @field_validator("desk_webhook_secret")
    @classmethod
    def _signs(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            key = value.get_secret_value().removeprefix("whsec_") if value else "x" * 32
            enough = len(base64.b64decode(key, validate=True)) >= 24
        except ValueError:
            enough = False
        if not enough:
            raise ValueError("must be base64 of 24 bytes or more: openssl rand -base64 32")
        return value

    @field_validator("desk_mail")
    @classmethod
    def _names_somebody(cls, value: SecretStr | None) -> SecretStr | None:
        url = urlsplit(value.get_secret_value()) if value else None
        if url is not None and not (
            url.scheme in ("smtp", "smtps") and url.hostname and parse_qs(url.query).get("to")
        ):
            raise ValueError("must be like smtp://user:password@host:587?from=a@b&to=c@d")
        return value

    @field_validator("database_url", "backend_database_url")
    @classmethod
    def _with_driver(cls, value: str) -> str:
        for plain, driver in (("sqlite", "sqlite+aiosqlite"), ("postgresql", "postgresql+asyncpg")):
            if value.startswith(f"{plain}://"):
                return value.replace(plain, driver, 1)
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite:// or postgresql://")
        return value

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs an offset, as in 2026-11-21T14:00:00+09:00")
        return value


class Settings(_Strict):
    env: Environment
    bot: BotConfig

    @property
    def engine(self) -> Engine:
        """Who understands: what the environment says, else the file."""
        return self.env.nlu or self.bot.nlu.engine

    def rasa_token(self) -> str:
        """What the Rasa server is asked with: what is set, else what `make rasa` made."""
        if self.env.rasa_token is not None:
            return self.env.rasa_token.get_secret_value()
        return RASA_TOKEN.read_text().strip() if RASA_TOKEN.exists() else ""

    def secret(self) -> str:
        """The secret key; made and kept in `var/secret.key` where none was given."""
        if self.env.secret_key is not None:
            return self.env.secret_key.get_secret_value()
        file = Path("var") / "secret.key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(32))
        return file.read_text().strip()


def load(environ: Mapping[str, str] | None = None, config_file: Path | None = None) -> Settings:
    """Read all settings. Raises `Misconfigured` naming every fault found."""
    faults: list[str] = []
    given = _from_environment(os.environ if environ is None else environ)
    env = _checked(Environment, given, PREFIX, faults)
    file = config_file or _config_file()
    bot = _checked(BotConfig, _from_file(file, faults), f"{file.name}: bot.", faults)
    if faults or env is None or bot is None:
        raise Misconfigured(faults)
    settings = Settings(env=env, bot=bot)
    if together := list(_together(settings, f"{file.name}: bot.")):
        raise Misconfigured(together)
    return settings


def _together(settings: Settings, section: str) -> Iterator[str]:
    """What is wrong with settings only beside each other; `section` is what the file's begin with.

    One of LINE's two secrets alone is a mistake, and not a channel that is off.
    """
    env = settings.env
    for one, other in itertools.permutations(("line_channel_secret", "line_access_token")):
        if getattr(env, one) is None and getattr(env, other) is not None:
            yield f"{PREFIX}{one.upper()}: missing, LINE needs it beside {PREFIX}{other.upper()}"
    if settings.bot.nlu.shadow == settings.engine:
        yield f"{section}nlu.shadow: {settings.engine} answers already"
    if env.desk_webhook_url and not env.desk_webhook_secret:
        yield f"{section}desk.notify: {PREFIX}DESK_WEBHOOK_URL needs {PREFIX}DESK_WEBHOOK_SECRET"
    if settings.bot.desk.sso is not None:
        for name in ("desk_sso_secret", "public_url"):
            if getattr(env, name) is None:
                yield f"{section}desk.sso: needs {PREFIX}{name.upper()}"


def _config_file() -> Path:
    here = Path("config.yml")
    return here if here.exists() else ROOT / "config.yml"


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
    return {k: v for k, v in given.items() if v != "" and k in Environment.model_fields}


def unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like ours and are not: worth a warning, since a typing error hides so."""
    named = {f"{PREFIX}{name.upper()}" for name in Environment.model_fields}
    return tuple(sorted(k for k in environ if k.startswith(PREFIX) and k not in named))


def _from_file(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text("utf-8")) or {}
    except (OSError, yaml.YAMLError) as fault:
        faults.append(f"{file.name} cannot be read: {' '.join(str(fault).split())}")
        return {}
    section = content.get("bot", {}) if isinstance(content, dict) else None
    if not isinstance(section, dict):
        faults.append(f"{file.name}: `bot` must be a mapping")
        return {}
    return section


def _checked(model: type[Any], data: dict[str, Any], where: str, faults: list[str]) -> Any:
    try:
        return model(**data)
    except ValidationError as fault:
        for error in fault.errors():
            path = ".".join(str(part) for part in error["loc"])
            name = path.upper() if where == PREFIX else path
            message = "is not a setting" if error["type"] == "extra_forbidden" else error["msg"]
            faults.append(f"{where}{name}: {message}")
        return None
