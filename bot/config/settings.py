"""All settings together, read once. Every fault is told at once."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.config.common import ROOT, Engine, Strict
from bot.config.environment import Environment
from bot.config.file import BotConfig
from bot.errors import Misconfigured

PREFIX = "MADOGUCHI_"
RASA_TOKEN = ROOT / "rasa_server" / "var" / "token"


class Settings(Strict):
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
