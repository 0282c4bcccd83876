"""`madoguchi agents`: what an operator types, and what the command says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import exclusive
from tests.support.command import Ended, Terminal

PASSWORD = "correct horse battery"
SATO = ("--email", "Sato@shop.example", "--name", "佐藤", "--role", "agent")


def add(terminal: Terminal, *words: str, password: str = PASSWORD) -> Ended:
    stdin = f"{password}\n".encode()
    return terminal.run("agents", "add", *words, "--password-stdin", stdin=stdin)


def test_an_operator_keeps_the_staff_beside_a_running_server(
    tmp_path: Path, terminal: Terminal
) -> None:
    with exclusive(f"sqlite:///{tmp_path / 'var' / 'madoguchi.db'}"):
        assert add(terminal, *SATO, "--languages", "ja, en", "--topics", "returns") == (
            0,
            "",
            "",
        )
        store = ("--email", "umeda@shop.example", "--name", "梅田店", "--role", "store")
        assert add(terminal, *store, "--store", "umeda") == (0, "", "")
        status, printed, _ = terminal.run("agents", "list")
    assert status == 0
    assert printed.splitlines() == [
        "sato@shop.example  佐藤  agent  languages=ja,en  topics=returns",
        "umeda@shop.example  梅田店  store  store=umeda",
    ]


def test_who_is_disabled_can_be_let_in_again(terminal: Terminal) -> None:
    add(terminal, *SATO)
    for deed, ending in (("disable", "agent  disabled\n"), ("enable", "agent\n")):
        assert terminal.run("agents", deed, "SATO@shop.example") == (0, "", "")
        assert terminal.run("agents", "list").printed.endswith(ending)
    word = b"another horse battery"
    changed = terminal.run("agents", "password", SATO[1], "--password-stdin", stdin=word)
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
def test_what_cannot_be_is_refused(
    terminal: Terminal, words: tuple[str, ...], complaint: str
) -> None:
    status, printed, complaints = add(terminal, *words)
    assert (status, printed) == (2, "")
    assert complaints.startswith(f"madoguchi: {complaint}")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(
    terminal: Terminal, password: str
) -> None:
    complaint = "madoguchi: the password must have 12 to 200 characters\n"
    assert add(terminal, *SATO, password=password) == (2, "", complaint)


def test_without_a_password_nobody_is_added(terminal: Terminal) -> None:
    complaint = "madoguchi: a password is needed: give it on stdin, with --password-stdin\n"
    assert terminal.run("agents", "add", *SATO) == (2, "", complaint)
    assert terminal.run("agents", "list").printed == ""


def test_a_password_that_is_no_text_is_refused(terminal: Terminal) -> None:
    given = b"\xff" * 20
    status, _, complaint = terminal.run("agents", "add", *SATO, "--password-stdin", stdin=given)
    assert (status, complaint) == (2, "madoguchi: the password on stdin is not UTF-8\n")


def test_an_email_is_taken_once_and_nobodys_is_unknown(terminal: Terminal) -> None:
    add(terminal, *SATO)
    taken = "madoguchi: there is an agent with this e-mail already\n"
    assert add(terminal, *SATO) == (1, "", taken)
    unknown = (1, "", "madoguchi: there is no agent with this e-mail\n")
    assert terminal.run("agents", "disable", "nobody@shop.example") == unknown


def test_only_the_four_roles_are_known(terminal: Terminal) -> None:
    status, _, complaint = add(terminal, *SATO[:5], "boss")
    assert status == 2
    assert "boss" in complaint
