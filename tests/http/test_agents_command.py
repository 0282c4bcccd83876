"""`madoguchi agents`: what an operator types, and what the command says."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.storage import exclusive

PASSWORD = "correct horse battery"
SATO = ("--email", "Sato@shop.example", "--name", "佐藤", "--role", "agent")


async def agents(
    folder: Path, *words: str, stdin: bytes = b"", **more: str
) -> tuple[int, str, str]:
    """Run the command; its exit status, what it printed and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "agents", *words),
        cwd=folder,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("MADOGUCHI_")},
            **{f"MADOGUCHI_{name}": value for name, value in more.items()},
            "PYTHONPATH": str(ROOT),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        printed, complaints = await process.communicate(stdin)
    assert process.returncode is not None
    return process.returncode, printed.decode(), complaints.decode()


async def add(folder: Path, *words: str, password: str = PASSWORD) -> tuple[int, str, str]:
    stdin = f"{password}\n".encode()
    return await agents(folder, "add", *words, "--password-stdin", stdin=stdin)


async def test_an_operator_keeps_the_staff_beside_a_running_server(tmp_path: Path) -> None:
    with exclusive(f"sqlite:///{tmp_path / 'var' / 'madoguchi.db'}"):
        assert await add(tmp_path, *SATO, "--languages", "ja, en", "--topics", "returns") == (
            0,
            "",
            "",
        )
        store = ("--email", "umeda@shop.example", "--name", "梅田店", "--role", "store")
        assert await add(tmp_path, *store, "--store", "umeda") == (0, "", "")
        status, printed, _ = await agents(tmp_path, "list")
    assert status == 0
    assert printed.splitlines() == [
        "sato@shop.example  佐藤  agent  languages=ja,en  topics=returns",
        "umeda@shop.example  梅田店  store  store=umeda",
    ]


async def test_who_is_disabled_can_be_let_in_again(tmp_path: Path) -> None:
    await add(tmp_path, *SATO)
    for deed, ending in (("disable", "agent  disabled\n"), ("enable", "agent\n")):
        assert await agents(tmp_path, deed, "SATO@shop.example") == (0, "", "")
        assert (await agents(tmp_path, "list"))[1].endswith(ending)
    word = b"another horse battery"
    changed = await agents(tmp_path, "password", SATO[1], "--password-stdin", stdin=word)
    assert changed == (0, "", "")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--email", "sato", *SATO[2:]), "the e-mail address must be like name@shop.example"),
        ((*SATO[:3], " ", *SATO[4:]), "the name must have 1 to 100 characters"),
        ((*SATO[:5], "store"), "role store needs --store"),
        ((*SATO, "--languages", "ja,fr"), "languages: fr: not among ja, en"),
        ((*SATO, "--picture", "javascript:alert(1)"), "the picture must be an address"),
        ((*SATO, "--topics", "a topic"), "topics must be words of at most 32 letters"),
    ],
)
async def test_what_cannot_be_is_refused(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    status, printed, complaints = await add(tmp_path, *words)
    assert (status, printed) == (2, "")
    assert complaints.startswith(f"madoguchi: {complaint}")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 201])
async def test_a_password_that_is_too_short_or_too_long_is_refused(
    tmp_path: Path, password: str
) -> None:
    complaint = "madoguchi: the password must have 12 to 200 characters\n"
    assert await add(tmp_path, *SATO, password=password) == (2, "", complaint)


async def test_without_a_password_nobody_is_added(tmp_path: Path) -> None:
    complaint = "madoguchi: a password is needed: give it on stdin, with --password-stdin\n"
    assert await agents(tmp_path, "add", *SATO) == (2, "", complaint)
    assert (await agents(tmp_path, "list"))[1] == ""


async def test_a_password_that_is_no_text_is_refused(tmp_path: Path) -> None:
    given = b"\xff" * 20
    status, _, complaint = await agents(tmp_path, "add", *SATO, "--password-stdin", stdin=given)
    assert (status, complaint) == (2, "madoguchi: the password on stdin is not UTF-8\n")


async def test_an_email_is_taken_once_and_nobodys_is_unknown(tmp_path: Path) -> None:
    await add(tmp_path, *SATO)
    taken = "madoguchi: there is an agent with this e-mail already\n"
    assert await add(tmp_path, *SATO) == (1, "", taken)
    unknown = (1, "", "madoguchi: there is no agent with this e-mail\n")
    assert await agents(tmp_path, "disable", "nobody@shop.example") == unknown


async def test_only_the_four_roles_are_known(tmp_path: Path) -> None:
    status, _, complaint = await add(tmp_path, *SATO[:5], "boss")
    assert status == 2
    assert "boss" in complaint
