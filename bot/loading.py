"""What the counter is made of beside its code: skills, words and the trained model."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import TypeAdapter, ValidationError

from bot import skills as skills_package
from bot.config import ROOT
from bot.desk.canned import CannedReplies, CannedReply
from bot.dialogue.replies import Words
from bot.dialogue.steps import Skill, Skills
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.nlu import Linear

_REPLIES = TypeAdapter(list[CannedReply])


def load_skills() -> Skills:
    """Every skill of the folder `bot/skills`, by intent."""
    found: dict[str, Skill] = {}
    for module in pkgutil.iter_modules(skills_package.__path__):
        content = vars(importlib.import_module(f"{skills_package.__name__}.{module.name}"))
        for value in content.values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Skill):
                    found[one.intent] = one
    return found


def load_words(folder: Path = ROOT / "responses") -> Words:
    """Every language's words. Raises `Misconfigured` when two files define one key."""
    words: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*/*.yml")):
        known = words.setdefault(file.parent.name, {})
        entries = yaml.safe_load(file.read_text("utf-8"))
        if twice := known.keys() & entries.keys():
            raise Misconfigured([f"{file.name}: {', '.join(sorted(twice))} is defined twice"])
        known.update(entries)
    return words


def load_canned(folder: Path = ROOT / "canned") -> CannedReplies:
    """Every language's canned replies. Raises `Misconfigured` with every fault in them."""
    read = {file: _canned(file) for file in sorted(folder.glob("*.yml"))}
    faults = [f"canned/{file.name}: {fault}" for file in read for fault in read[file][1]]
    if faults:
        raise Misconfigured(faults)
    return {file.stem: replies for file, (replies, _) in read.items()}


def _canned(file: Path) -> tuple[list[CannedReply], list[str]]:
    """The replies of a file, and what is wrong with it."""
    try:
        replies = _REPLIES.validate_python(yaml.safe_load(file.read_text("utf-8")))
    except yaml.YAMLError as fault:
        return [], [" ".join(str(fault).split())]
    except ValidationError as invalid:
        places = ((".".join(map(str, f["loc"])) or "file", f["msg"]) for f in invalid.errors())
        return [], [f"{place}: {told}" for place, told in places]
    counted = Counter(reply.key for reply in replies)
    return replies, [f"{key}: is there twice" for key, count in counted.items() if count > 1]


def load_nlu(models: Path = Path("var") / "models") -> Linear:
    """The default engine, trained on first use.

    Training happens in a process of its own: what it loads would stay in ours for good.
    """
    from bot.nlu import load_or_train, model_file, train  # late: Sudachi and numpy take a second

    data = ROOT / "nlu_data"
    if not model_file(data, models).exists():
        print("Learning from nlu_data, once: this takes up to a minute.", file=sys.stderr)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
            child.submit(train, data, models).result()
    return load_or_train(data, models)
