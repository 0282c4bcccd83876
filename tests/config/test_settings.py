"""Settings: every key is used, every fault is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load, unknown
from bot.errors import Misconfigured


def config_file(folder: Path, text: str) -> Path:
    file = folder / "config.yml"
    file.write_text(text, "utf-8")
    return file


def test_a_fresh_checkout_needs_no_setting_at_all() -> None:
    settings = load({})
    assert settings.env.backend_url == "embedded"
    assert settings.bot.languages == ("ja", "en")


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    environ = {"MADOGUCHI_DATABASE_URL": "mysql://x", "MADOGUCHI_CLOCK": "yesterday"}
    file = config_file(tmp_path, "bot:\n  dialogue: {settle_ms: -1}\n  colour: red\n")
    with pytest.raises(Misconfigured) as fault:
        load(environ, file)
    named = "\n".join(fault.value.faults)
    for part in ("DATABASE_URL", "CLOCK", "bot.dialogue.settle_ms", "bot.colour: is not a setting"):
        assert part in named
    assert len(fault.value.faults) == 4


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("LINE_CHANNEL_SECRET", "LINE_ACCESS_TOKEN"),
        ("LINE_ACCESS_TOKEN", "LINE_CHANNEL_SECRET"),
    ],
)
def test_half_of_lines_secrets_is_a_mistake_and_not_off(given: str, missing: str) -> None:
    with pytest.raises(Misconfigured) as fault:
        load({f"MADOGUCHI_{given}": "s3cret", f"MADOGUCHI_{missing}": ""})
    (told,) = fault.value.faults
    assert told.startswith(f"MADOGUCHI_{missing}: missing")
    assert given in told
    assert "s3cret" not in told


def test_rasas_own_keys_may_stand_beside_ours(tmp_path: Path) -> None:
    file = config_file(tmp_path, "recipe: default.v1\nlanguage: ja\npipeline: []\nbot: {}\n")
    assert load({}, file).bot.dialogue.settle_ms == 1200


@pytest.mark.parametrize("text", ["bot: 3", "{", "- a\n- b"])
def test_a_file_that_is_no_settings_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match=r"config\.yml"):
        load({}, config_file(tmp_path, text))


def test_a_clock_without_an_offset_is_refused() -> None:
    with pytest.raises(Misconfigured, match="offset"):
        load({"MADOGUCHI_CLOCK": "2026-11-21T14:00:00"})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_database_urls_need_no_driver(given: str, used: str) -> None:
    assert load({"MADOGUCHI_DATABASE_URL": given}).env.database_url == used


def test_a_misspelt_variable_is_found() -> None:
    environ = {"MADOGUCHI_DATABSE_URL": "x", "MADOGUCHI_CLOCK": "", "HOME": "/"}
    assert unknown(environ) == ("MADOGUCHI_DATABSE_URL",)


def test_a_secret_key_is_made_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = load({}).secret()
    assert len(first) >= 32
    assert load({}).secret() == first
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0
    assert load({"MADOGUCHI_SECRET_KEY": "given"}).secret() == "given"


def test_single_sign_on_needs_its_secret_and_our_address(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    file.write_text("bot: {desk: {sso: {issuer: 'https://id.shop.example', client_id: desk}}}")
    with pytest.raises(Misconfigured) as refused:
        load({}, file)
    assert [fault.split(": ", 1)[1] for fault in refused.value.faults] == [
        "bot.desk.sso: needs MADOGUCHI_DESK_SSO_SECRET",
        "bot.desk.sso: needs MADOGUCHI_PUBLIC_URL",
    ]
    given = {"MADOGUCHI_DESK_SSO_SECRET": "x", "MADOGUCHI_PUBLIC_URL": "https://desk.example"}
    assert load(given, file).bot.desk.sso is not None


@pytest.mark.parametrize(
    ("issuer", "fits"),
    [
        ("https://id.shop.example/realms/staff", True),
        ("http://127.0.0.1:9000", True),
        ("http://id.shop.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://id.shop.example?x=1", False),
    ],
)
def test_who_vouches_for_staff_is_asked_over_https(tmp_path: Path, issuer: str, fits: bool) -> None:
    file = tmp_path / "config.yml"
    file.write_text(f"bot: {{desk: {{sso: {{issuer: '{issuer}', client_id: desk}}}}}}")
    given = {"MADOGUCHI_DESK_SSO_SECRET": "x", "MADOGUCHI_PUBLIC_URL": "https://desk.example"}
    if fits:
        assert load(given, file).bot.desk.sso is not None
        return
    with pytest.raises(Misconfigured, match="issuer"):
        load(given, file)
