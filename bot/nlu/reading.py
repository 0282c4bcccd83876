"""Reading a message, whichever engine judges it: names, patterns, cutting into requests."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Thresholds
from bot.dialogue.heard import Expecting
from bot.nlu import manners
from bot.nlu.classifier import Classifier
from bot.nlu.clauses import Clause, ClauseReader, Message
from bot.nlu.engine import Engine
from bot.nlu.entities import EntityFinder, corrected
from bot.nlu.folding import Folded, fold
from bot.nlu.lexicon_index import LexiconIndex
from bot.nlu.spans import Span
from bot.nlu.tokens import tokens
from bot.nlu.wordlists import WordLists
from bot.ports import Lexicon


@dataclass(frozen=True)
class Reading:
    """One message, read by `engine`: what both `Heard` and the printed form are made of."""

    text: str
    folded: Folded
    engine: str
    index: LexiconIndex
    spans: tuple[Span, ...] = ()
    clauses: tuple[Clause, ...] = ()
    answer: str | None = None
    language: str | None = None
    rude: bool = False

    @property
    def blank(self) -> bool:
        """Is there nothing to understand?"""
        return not self.folded.text.strip()

    def intents(self) -> list[tuple[str, float]]:
        """The likeliest intent of each part; a yes or no before bare details is one itself."""
        likeliest = [clause.ranked[0] for clause in self.clauses]
        if self.answer and all(intent == "inform" for intent, _ in likeliest):
            return [(self.answer, 1.0)]
        return likeliest


def is_blank(text: str) -> bool:
    """Is there nothing to understand, so that no engine is asked?"""
    return not fold(text).text.strip()


class Common:
    """What every engine relies on, learned once; one lexicon is indexed at a time."""

    def __init__(self, words: WordLists, classifier: Classifier) -> None:
        self.words = words
        self.intents = classifier.intents
        self.clauses = ClauseReader(classifier)
        self.finder = EntityFinder(words)
        self._index = LexiconIndex(Lexicon())

    def indexed(self, lexicon: Lexicon) -> LexiconIndex:
        """The index of this lexicon, made when it has changed."""
        known = self._index
        same = known.lexicon is lexicon or (
            lexicon.version and known.lexicon.version == lexicon.version
        )
        if not same:
            known = self._index = LexiconIndex(lexicon)
        return known


class Reader:
    """Reads messages with one engine."""

    def __init__(
        self, common: Common, engine: Engine, thresholds: Thresholds | None = None
    ) -> None:
        self.engine = engine.name
        self.thresholds = thresholds or Thresholds()
        self.words = common.words
        self._common = common
        self._engine = engine

    async def read(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Reading:
        """Details, parts and what each asks for. Raises `Unavailable` if the engine does."""
        folded = fold(text)
        index = self._common.indexed(lexicon)
        plain = folded.text
        if not plain.strip():
            return Reading(text, folded, self.engine, index)
        words = tokens(plain)
        look = await self._engine.look(plain, words)
        found = self._common.finder.find(plain, words, index, look.spans)
        message = Message(plain, words, found, expecting, self._engine, look.odds)
        answer, clauses = await self._common.clauses.read(message)
        return Reading(
            text=text,
            folded=folded,
            engine=self.engine,
            index=index,
            spans=tuple(corrected(plain, found)),
            clauses=tuple(clauses),
            answer=answer,
            language=manners.language(plain, found, expecting.language),
            rude=manners.insults(words, self._common.words.rude),
        )
