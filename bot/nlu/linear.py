"""The default engine: n-grams, sentence vectors and word lists, all in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.dialogue.heard import Expecting, Heard, Request, Slots
from bot.nlu import manners
from bot.nlu.classifier import Classifier, Floats
from bot.nlu.encoder import Encoder
from bot.nlu.entities import EntityFinder, corrected
from bot.nlu.folding import Folded, fold
from bot.nlu.lexicon_index import LexiconIndex
from bot.nlu.model import Model
from bot.nlu.slots import SlotReader
from bot.nlu.spans import Span, SpanFinder
from bot.nlu.splitting import Cut, asks, cuts
from bot.nlu.tokens import JAPANESE, Token, tokens
from bot.ports import Lexicon

ANSWERS = frozenset({"affirm", "deny", "cancel", "inform"})
"""Intents that are no request of their own."""
SOCIAL = frozenset({"greet", "thank", "goodbye", "help", "repeat", "complaint", "out_of_scope"})

SURE = 0.97
"""Where the n-grams are this sure, meaning is not asked."""
_SPLIT = {"linked": 0.4, "sentence": 0.5, "paired": 0.92}
_CUTS_TRIED = 2
_PLAUSIBLE = 4
_FAINT = frozenset({"out_of_scope", "greet", "thank", "goodbye"})
_EXPECTED = 3.0
_LOW, _CLOSE = 0.5, 0.12
_NOTHING = 0.25
_CLEAR = 0.6
_ANSWERED = 0.85
_MOST_REQUESTS = 3
_FUNCTION_PARTS = frozenset(
    {"助詞", "助動詞", "補助記号", "空白", "接尾辞", "記号", "mark", "number"}
)
_FUNCTION_WORDS = frozenset(
    {"the", "a", "an", "in", "at", "on", "for", "one", "ones", "please", "and", "or", "of", "to",
     "is", "it", "it's", "its", "by", "with", "from", "size", "サイズ", "色", "御", "願う", "為る"}
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A part of the message with one request, `start:end` in folded text."""

    start: int
    end: int
    odds: Floats


@dataclass(frozen=True)
class Reading:
    """One message, read: what both `Heard` and the printed form are made of."""

    folded: Folded
    spans: tuple[Span, ...] = ()
    clauses: tuple[Clause, ...] = ()
    answer: str | None = None
    language: str | None = None
    rude: bool = False


@dataclass
class _Message:
    """A message while it is read."""

    text: str
    spans: Sequence[Span]
    expecting: Expecting
    judged: dict[tuple[int, int, bool], Floats] = field(default_factory=dict)


class Linear:
    """Understands Japanese and English messages; safe to share between threads."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._classifier = Classifier(model.stages, encoder, SURE)
        self._intents = model.stages.intents
        self._at = {intent: at for at, intent in enumerate(self._intents)}
        self._finder = EntityFinder(SpanFinder(model.spans), model.words)
        self._words = model.words
        self._index = LexiconIndex(Lexicon())

    def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        """What the customer wants and tells; never raises for any text."""
        reading = self.read(text, expecting, lexicon)
        if not reading.folded.text.strip():
            return Heard(text=text)
        return self._hear(text, reading, expecting)

    def read(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Reading:
        """Details, parts and what each asks for."""
        folded = fold(text)
        plain = folded.text
        if not plain.strip():
            return Reading(folded)
        words = tokens(plain)
        found = self._finder.find(plain, words, self._indexed(lexicon))
        message = _Message(plain, found, expecting)
        answer, start = self._head(message, words)
        return Reading(
            folded=folded,
            spans=tuple(corrected(plain, found)),
            clauses=tuple(self._clauses(message, start, len(plain))) if start < len(plain) else (),
            answer=answer,
            language=manners.language(plain, found, expecting.language),
            rude=manners.insults(words, self._words.rude),
        )

    def ranked(self, odds: Floats) -> list[tuple[str, float]]:
        """Intents and their probabilities, likeliest first."""
        return [(self._intents[at], float(odds[at])) for at in np.argsort(-odds)]

    def _indexed(self, lexicon: Lexicon) -> LexiconIndex:
        known = self._index
        same = known.lexicon is lexicon or (
            lexicon.version and known.lexicon.version == lexicon.version
        )
        if not same:
            known = self._index = LexiconIndex(lexicon)
        return known

    # ---- intents -------------------------------------------------------------------------

    def _judge(self, message: _Message, start: int, end: int, *, quick: bool = False) -> Floats:
        """The probabilities of the intents for a part of the message; `quick`: by n-grams alone."""
        known = message.judged.get((start, end, quick))
        if known is not None:
            return known
        inside = [
            Span(s.entity, s.start - start, s.end - start)
            for s in message.spans if start <= s.start and s.end <= end
        ]  # fmt: skip
        plain = message.text[start:end]
        words = tokens(plain)
        if _bare(words, inside):
            odds = np.full(len(self._intents), 0.001, np.float32)
            odds[self._at["inform"]] = 1.0
        else:
            judge = self._classifier.guess if quick else self._classifier.judge
            odds = judge(plain, words)
        odds = self._expected(odds, message.expecting)
        message.judged[start, end, quick] = odds
        return odds

    def _expected(self, odds: Floats, expecting: Expecting) -> Floats:
        """An answer is likelier while a question is open."""
        if expecting.slot is None and not expecting.consent:
            return odds
        odds = odds.copy()
        for intent in ("affirm", "deny", "cancel") if expecting.consent else ("inform",):
            odds[self._at[intent]] *= _EXPECTED
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def _top(self, odds: Floats) -> tuple[str, float]:
        at = int(odds.argmax())
        return self._intents[at], float(odds[at])

    def _head(self, message: _Message, words: Sequence[Token]) -> tuple[str | None, int]:
        """A yes or no before the rest, 「はい、黒で」, and where the rest begins."""
        if message.expecting.consent and manners.declines(message.text):
            return "deny", len(message.text)
        awaited = message.expecting.consent or message.expecting.slot is not None
        start = manners.head(message.text, words, awaited=awaited)
        if not start or any(span.start < start for span in message.spans):
            return None, 0
        intent, odds = self._top(self._judge(message, 0, start))
        if intent in ("affirm", "deny") and odds >= _CLEAR:
            return intent, start
        return None, 0

    def _clauses(self, message: _Message, start: int, end: int) -> list[Clause]:
        """The parts with a request each; one part where there is no good reason to split."""
        whole = self._judge(message, start, end)
        best = self._best_cut(message, start, end, whole)
        if best is None:
            return [Clause(start, end, whole)]
        left = Clause(start, start + best.left, self._judge(message, start, start + best.left))
        rest = self._clauses(message, start + best.right, end)
        return [left, *rest][:_MOST_REQUESTS]

    def _best_cut(self, message: _Message, start: int, end: int, whole: Floats) -> Cut | None:
        """The cut that leaves two clear requests, if any does."""
        text = message.text[start:end]
        plausible = {intent for intent, _ in self.ranked(whole)[:_PLAUSIBLE]}
        likely = []
        for cut in cuts(text, bool(JAPANESE.search(text))):
            parts = (start, start + cut.left), (start + cut.right, end)
            edges = parts[0][1], parts[1][0]
            if any(s.start < at < s.end for s in message.spans for at in edges):
                continue
            if not (cut.linked or cut.paired or asks(text[: cut.left])):
                continue
            odds = self._two_requests(message, *parts, quick=True)
            if odds and (cut.linked or self._both_in(plausible, message, *parts)):
                likely.append((odds, cut, parts))
        for _, cut, parts in sorted(likely, key=lambda found: -found[0])[:_CUTS_TRIED]:
            needed = _SPLIT["linked" if cut.linked else "paired" if cut.paired else "sentence"]
            if self._two_requests(message, *parts, quick=False) >= needed:
                return cut
        return None

    def _both_in(
        self,
        plausible: set[str],
        message: _Message,
        left: tuple[int, int],
        right: tuple[int, int],
    ) -> bool:
        """Does the message as a whole, too, sound like both?"""
        judged = (self._judge(message, *part, quick=True) for part in (left, right))
        return all(self._top(odds)[0] in plausible for odds in judged)

    def _two_requests(
        self, message: _Message, left: tuple[int, int], right: tuple[int, int], *, quick: bool
    ) -> float:
        """How surely both parts are requests, and different ones; 0 if not."""
        first, first_odds = self._top(self._judge(message, *left, quick=quick))
        if not self._requests(first):
            return 0.0
        second, second_odds = self._top(self._judge(message, *right, quick=quick))
        if not self._requests(second) or first == second:
            return 0.0
        return min(first_odds, second_odds)

    @staticmethod
    def _requests(intent: str) -> bool:
        return intent not in ANSWERS and intent not in SOCIAL

    # ---- heard ---------------------------------------------------------------------------

    def _hear(self, text: str, reading: Reading, expecting: Expecting) -> Heard:
        reader = SlotReader(self._index, self._words)
        requests: list[Request] = []
        loose = list(reading.spans)
        answers = {reading.answer} - {None}
        unsure: tuple[str, ...] = ()
        for clause in reading.clauses:
            ranked = self.ranked(clause.odds)
            intent, odds = ranked[0]
            if intent in ANSWERS:
                if not expecting.slot or odds >= _ANSWERED:  # 「やまだ」 is a name, not 「やだ」
                    answers.add(intent)
                continue
            unsure = _unsure(ranked) if len(reading.clauses) == 1 else ()
            if unsure:
                continue
            own = [s for s in reading.spans if clause.start <= s.start < clause.end]
            loose = [s for s in loose if s not in own]
            requests.append(Request(intent, reader.slots(text, reading.folded, own), odds))
        slots: Slots = reader.slots(text, reading.folded, loose)
        told = {**(requests[0].slots if requests else {}), **slots}
        awaited = reader.awaited(reading.folded, text, expecting, told)
        clear = any(r.confidence >= _CLEAR and r.intent not in _FAINT for r in requests)
        if "proof" in awaited:  # 「会員ではありません」 is an answer, not a no or a request
            slots, requests, unsure, answers = awaited, [], (), set()
        elif (
            expecting.slot and expecting.slot not in told and (awaited or slots)
            and not clear and not answers & {"cancel", "affirm", "deny"}
        ):  # fmt: skip
            slots, requests, unsure = _together(told, awaited), [], ()
        yes = True if "affirm" in answers else False if "deny" in answers else None
        return Heard(
            text=text, requests=tuple(requests), slots=slots, yes=yes, cancel="cancel" in answers,
            refers=manners.pointed(reading.folded.text), language=reading.language,
            unsure=unsure, rude=reading.rude,
        )  # fmt: skip


def _together(told: Slots, awaited: Slots) -> Slots:
    """All details; words that answer the question are nothing else besides."""
    words = {value.text for value in awaited.values()}
    return {**{name: t for name, t in told.items() if t.text.upper() not in words}, **awaited}


def _bare(words: Sequence[Token], spans: Sequence[Span]) -> bool:
    """Is there nothing but details and the little words around them?"""
    if not spans and not any(word.part[1] == "数詞" or word.part[0] == "number" for word in words):
        return False
    return all(
        word.part[0] in _FUNCTION_PARTS
        or word.normal in _FUNCTION_WORDS
        or word.part[1] == "数詞"
        or any(span.start < word.end and word.start < span.end for span in spans)
        for word in words
    )


def _unsure(ranked: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """The rivals, where the two likeliest requests are close or none is likely."""
    (first, first_odds), (second, second_odds) = ranked[:2]
    if first in SOCIAL:
        return ()
    if first_odds < _NOTHING:
        return tuple(i for i, _ in ranked if i not in ANSWERS and i not in SOCIAL)[:3]
    close = first_odds < _LOW and first_odds - second_odds < _CLOSE
    return (first, second) if close and second not in ANSWERS and second not in SOCIAL else ()
