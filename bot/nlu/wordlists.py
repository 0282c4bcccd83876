"""Words the training data lists: spellings of colours and sizes, kinds of goods, places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.nlu.examples import TrainingData
from bot.nlu.folding import key, normalised

LONGEST = 6
"""Words of the longest phrase that is looked up."""


@dataclass(frozen=True)
class WordLists:
    """`phrases` maps a folded phrase to its entity, `groups` an entity's folded phrase to all
    spellings of the same value, the canonical ones first."""

    phrases: Mapping[str, str]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    rude: frozenset[str]

    def spellings(self, entity: str, words: str) -> tuple[str, ...]:
        """All ways to write this colour or size, canonical first; nothing if unknown."""
        return self.groups.get(entity, {}).get(key(words), ())

    @classmethod
    def of(cls, data: TrainingData) -> WordLists:
        """From training data."""
        phrases: dict[str, str] = {}
        for lists in data.lookups.values():
            for entity, words in lists.items():
                if entity != "rude":
                    phrases.update((key(word), entity) for word in words)
        groups: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for entity in ("color", "size"):
            canonical = [lists.get(entity, {}) for lists in data.synonyms.values()]
            groups[entity] = _grouped(item for values in canonical for item in values.items())
            phrases.update(dict.fromkeys(groups[entity], entity))
        rude = {key(w) for lists in data.lookups.values() for w in lists.get("rude", ())}
        phrases.pop("", None)
        return cls(phrases, groups, frozenset(rude - {""}))


def _grouped(values: Iterable[tuple[str, list[str]]]) -> Mapping[str, tuple[str, ...]]:
    """Values that share a spelling are one: 黒 (also "black") and black (also "kuro")."""
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for value, spellings in values:
        canonical, others = [value], list(spellings)
        for found in {id(g): g for w in (value, *spellings) if (g := groups.get(key(w)))}.values():
            canonical, others = found[0] + canonical, found[1] + others
        for word in (*canonical, *others):
            groups[key(word)] = (canonical, others)
    return {
        folded: tuple(dict.fromkeys(normalised(w) for w in (*canonical, *others)))
        for folded, (canonical, others) in groups.items()
        if folded
    }
