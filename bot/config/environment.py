"""What is set by `MADOGUCHI_*`: secrets, addresses, and what differs between machines."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator

from bot.config.common import ROOT, Engine, Strict

EMBEDDED = "embedded"
"""The backend that runs in this process, as an address."""

Base = Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]
"""`scheme://host[:port]` of a platform's interface."""


class Environment(Strict):
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
