"""Put lines into words: `responses/<lang>/*.yml` filled with slots and the shop's answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, cast

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from bot.dialogue.heard import Told
from bot.dialogue.matching import folded
from bot.dialogue.state import Button, Conversation, Line
from bot.dialogue.wording import Wording
from bot.messages import outbound
from bot.messages.outbound import Outbound
from bot.shopfront.base import Fact, Option, names_own_words

Words = Mapping[str, Mapping[str, Any]]
"""Language -> key -> a text, or a mapping of text, place, picture and cards; for a button, `also`
what people write when they mean it, and `alone` what means it where nothing else is written."""

_GAPS = re.compile(r" +(?=[ .,;:?)])")
"""What a piece that turned out empty leaves behind."""
_DOTS = "••••••••"
"""As long as a link code, which is written in two halves."""


class Replies:
    """The house's words, compiled once."""

    def __init__(self, words: Words, zone: tzinfo, brand: str, *, exact: bool = False) -> None:
        self._now = datetime.min
        self._wording = {language: Wording(language, zone) for language in words}
        self._entries = {
            language: self._compiled(language, entries, {"brand": brand, "exact": exact})
            for language, entries in words.items()
        }

    def _compiled(
        self, language: str, entries: Mapping[str, Any], known: Mapping[str, object]
    ) -> dict[str, dict[str, Any]]:
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters.update(self._wording[language].filters(lambda: self._now))
        environment.filters["labels"] = partial(self._labels, language)
        environment.globals.update(known)
        environment.globals["word"] = partial(self._word, language)
        compiled = {}
        for key, entry in entries.items():
            parts = {"text": entry} if isinstance(entry, str) else dict(entry)
            parts["text"] = environment.from_string(parts["text"])
            compiled[key] = parts
        return compiled

    def keys(self, language: str) -> frozenset[str]:
        """Every key there are words for."""
        return frozenset(self._entries[language])

    def write(self, lines: Sequence[Line], language: str, now: datetime) -> tuple[Outbound, ...]:
        """The messages that say these lines; `now` is business time. Raises KeyError for a line
        nobody wrote words for: a house test keeps that from happening."""
        self._now = now
        return tuple(part for line in lines for part in self._written(line, language))

    def _written(self, line: Line, language: str) -> list[Outbound]:
        entry = self._entries[language][line.key]
        text = self._text(entry["text"], line.params, language)
        reason = line.params.get("reason")
        if reason:
            text = f"{self._reason(line, str(reason), language)}\n{text}".strip()
        choices = tuple(self._choice(button, language) for button in line.buttons)
        shown = self._shown(entry, line.params, language)
        params = {name: _masked(value) for name, value in line.params.items()}
        has_secret = params != line.params
        masked = self._text(entry["text"], params, language) if has_secret else None
        return [*shown, outbound.Text(text, choices, masked)] if text else shown

    def _choice(self, button: Button, language: str) -> outbound.Choice:
        label = self.label(button, language)
        match button.kind:
            case "contact" | "location" as asks:
                return outbound.Choice(label, button.token, asks)
            case "moment":
                within = cast("tuple[datetime, ...]", button.params["within"])
                told = tuple(self._wording[language].local(moment) for moment in within)
                return outbound.Choice(label, button.token, "moment", told)
        return outbound.Choice(label, button.token)

    def _reason(self, line: Line, reason: str, language: str) -> str:
        entries = self._entries[language]
        entry = entries.get(f"{line.key}.{reason}") or entries[f"reason.{reason}"]
        return self._text(entry["text"], line.params, language)

    def _shown(
        self, entry: Mapping[str, Any], params: Mapping[str, Any], language: str
    ) -> list[Outbound]:
        """Pictures, places and cards an entry asks for by the names of its parameters."""
        shown: list[Outbound] = []
        store = params.get(entry.get("place", ""))
        if store is not None and store.lat is not None and store.lng is not None:
            shown.append(outbound.Place(store.name, store.address or "", store.lat, store.lng))
        picture = params.get(entry.get("picture", ""))
        if picture is not None and picture.image_url:
            shown.append(outbound.Picture(picture.image_url, picture.name))
        cards = params.get(entry.get("cards", ""))
        if cards:
            shown.append(outbound.Cards(tuple(self._card(card, language) for card in cards)))
        return shown

    def _card(self, card: Any, language: str) -> outbound.Card:
        text = self._entries[language].get(f"card.{type(card).__name__.lower()}")
        said = self._text(text["text"], {"card": card}, language) if text else None
        return outbound.Card(card.name, said or None, getattr(card, "image_url", None))

    def _text(self, template: Template, params: Mapping[str, Any], language: str) -> str:
        wording = self._wording[language]
        named = {name: self._named(value, language) for name, value in params.items()}
        said = template.render(
            **{
                "part_of_day": wording.part_of_day(self._now),
                "today": wording.local(self._now).date(),
                **named,
            }
        )
        lines = (_GAPS.sub("", line).strip() for line in said.splitlines())
        return "\n".join(line for line in lines if line)

    def _named(self, value: object, language: str) -> object:
        """What was told as its words; a label that stands for words of ours as those."""
        if isinstance(value, Told):
            value = value.text or next((option.label for option in value.options), "")
        if isinstance(value, str) and names_own_words(value):
            return self._word(language, value.removeprefix("@"), value)
        return value

    def _word(self, language: str, key: str, default: str | None = None, **params: object) -> str:
        """Another entry's text, inside a text; `default` where there is no such entry."""
        entry = self._entries[language].get(key)
        if entry is None and default is not None:
            return default
        return self._text(self._entries[language][key]["text"], params, language)

    def _labels(self, language: str, options: Iterable[Option]) -> str:
        """What options are called, one after the other."""
        joint, wording = "、" if language == "ja" else ", ", self._wording[language]
        return joint.join(
            wording.value(str(self._named(option.label, language))) for option in options
        )

    def label(self, button: Button, language: str) -> str:
        """What a button says."""
        entry = self._entry(button, language)
        if entry is None:
            return self._wording[language].value(button.label)
        return self._text(entry["text"], button.params, language)

    def _entry(self, button: Button, language: str) -> Mapping[str, Any] | None:
        """The entry with a button's words; None for one that is called as its value is."""
        key = button.key or button.label
        if not button.key and not names_own_words(key):
            return None
        return self._entries[language][key.removeprefix("@")]

    def worded(self, conversation: Conversation, language: str, now: datetime) -> Conversation:
        """The conversation with its buttons' words, so that a label typed by hand is known."""
        self._now = now
        shown = tuple(self._worded(button, language) for button in conversation.shown)
        return replace(conversation, shown=shown)

    def _worded(self, button: Button, language: str) -> Button:
        also = (self._entry(button, language) or {}).get("also", button.also)
        return replace(button, label=self.label(button, language), also=tuple(also))

    def means(self, key: str, text: str) -> bool:
        """Does who writes this, in any language, and nothing else mean this button?"""
        said = folded(text)
        phrases = (entries[key].get("alone", ()) for entries in self._entries.values())
        return any(folded(phrase) == said for each in phrases for phrase in each)


def _masked(value: object) -> object:
    """A parameter without what only the customer may read."""
    if not isinstance(value, Fact) or not value.secret:
        return value
    kept = cast("Any", value)
    return replace(kept, **{name: _DOTS for name in value.secret if getattr(value, name)})
