"""Which lines the code can say, and which pieces the words themselves use, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import bot
from backend.customers.order_status import OrderStatus, PickupStatus
from bot.dialogue.reading import snake
from bot.handoff.desk import Notice
from bot.skills import staffed

SOURCE = Path(bot.__file__).parent
SPEAKING = ("skills", "routines", "dialogue", "reception", "desk/voice.py", "staff.py")
_KEY = re.compile(r"@?[a-z]+(?:\.[a-z_]+)+")
_PIECE = re.compile(r"word\(\s*\"([a-z_.]+)\"(\s*~)?")
UNASKED = frozenset({"prove_identity", "keep_media", "carry_over", "rate_service", "answer_later"})
"""Skills that other skills, pictures or staff bring up: no words of a customer's ask for them."""
REASONS = frozenset({"several", "unknown", "refused", "not_offered"})


@cache
def trees() -> tuple[ast.Module, ...]:
    """The source that speaks to customers."""
    places = [SOURCE / name for name in SPEAKING]
    paths = [p for place in places for p in (sorted(place.glob("*.py")) or [place])]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in names:
            yield node


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def skill_intents() -> frozenset[str]:
    """What the skills of `bot/skills` answer."""
    declared = {
        call.args[0].value
        for path in (SOURCE / "skills").glob("*.py")
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), "skill")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    return frozenset(map(str, declared)) | frozenset(staffed.INTENTS)


@cache
def families() -> Mapping[str, frozenset[str]]:
    """What f-strings that build keys can come to, by their source."""
    offered = skill_intents() - UNASKED
    return {
        "f'order.{order.status}'": _all("order.", OrderStatus),
        "f'pickup.{pickup.status}'": _all("pickup.", PickupStatus),
        "f\"stock.online_{('there' if stock[0].there else stock[0].display)}\"": _all(
            "stock.online_", ("there", "out", "unknown")
        ),
        "f'offer.{intent}'": _all("offer.", offered),
        "f'offer.{offer.intent}'": _all("offer.", offered),
        "f'@choice.{w}'": _all("choice.", ("extend", "change_store", "cancel")),
        "f'@choice.{instead}'": frozenset({"choice.as_guest"}),
        "f'ask.{slot.name}'": frozenset(_default_questions()),
        "f'confirm.{snake(type(step.effect).__name__)}'": frozenset(_confirmations()),
        "f'reason.{reason}'": _all("reason.", REASONS),
        "f'desk.{notice}'": _all("desk.", get_args(Notice)),
        "f'note.{effect.about}'": _all("note.", ("call_back", "email")),
        "f'card.{type(card).__name__.lower()}'": frozenset(),
    }


def _all(prefix: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(prefix + name for name in names)


def _default_questions() -> Iterator[str]:
    """`ask.<slot>` of every question that names no key of its own."""
    slots = {
        target.id: str(node.value.args[0].value)
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and _called(node.value) == "Slot"
        and isinstance(node.value.args[0], ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for tree in trees():
        for call in calls(tree, "ask"):
            if not any(keyword.arg == "key" for keyword in call.keywords):
                yield f"ask.{slots[ast.unparse(call.args[0])]}"


def _confirmations() -> Iterator[str]:
    """Every `confirm.<effect>`, with its buttons."""
    for tree in trees():
        for call in calls(tree, "confirm"):
            name = f"confirm.{snake(_effect(tree, call.args[0]))}"
            yield from (name, f"{name}.yes", f"{name}.no")


def _effect(tree: ast.AST, told: ast.expr) -> str:
    """The class of an effect given in place, or by the variable it was put in; "" for neither."""
    if isinstance(told, ast.Call):
        return _called(told)
    made = {
        target.id: _called(node.value)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and told in ast.walk(function)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return made[ast.unparse(told)]


def literal_keys() -> frozenset[str]:
    """Every string that names a line; acts of the policy and log lines are left out."""
    found = set()
    for tree in trees():
        acts = {
            id(argument)
            for call in calls(tree, "needs", "may", "choose_order", "warning", "error")
            for argument in (call.args[1:2] if _called(call) == "choose_order" else call.args)
        }
        parts = {id(p) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for p in f.values}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            if _KEY.fullmatch(node.value) and id(node) not in acts | parts:
                found.add(node.value.removeprefix("@"))
    return frozenset(found)


def built_keys() -> frozenset[str]:
    """The f-strings that begin as a key does, as source."""
    start = re.compile(r"@?[a-z]+\.[a-z_]*")
    return frozenset(
        ast.unparse(node)
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and start.fullmatch(str(node.values[0].value))
    )


@cache
def said_keys() -> frozenset[str]:
    """Every key the code can say."""
    known = families()
    return literal_keys().union(*(known.get(built, frozenset()) for built in built_keys()))


def pieces(entries: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """What texts take by `word(...)`: whole keys, and beginnings of keys."""
    texts = [e if isinstance(e, str) else e["text"] for e in entries.values()]
    found = [match for text in texts for match in _PIECE.finditer(text)]
    whole = frozenset(match[1] for match in found if not match[2])
    return whole, frozenset(match[1] for match in found if match[2])
