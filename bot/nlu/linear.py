"""The default engine: n-grams, sentence vectors and word lists, all in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.heard import Expecting, Heard, Request, Slots, Told
from bot.nlu import manners
from bot.nlu.classifier import SURE, Classifier, Floats
from bot.nlu.clauses import ANSWERS, SOCIAL, Clause, ClauseReader, Message
from bot.nlu.encoder import Encoder
from bot.nlu.entities import EntityFinder, corrected
from bot.nlu.folding import Folded, fold
from bot.nlu.lexicon_index import LexiconIndex
from bot.nlu.model import Model
from bot.nlu.slots import SlotReader
from bot.nlu.spans import Span, SpanFinder
from bot.nlu.tokens import tokens
from bot.ports import Lexicon
from bot.routines.stores import ANYWHERE
from bot.shopfront.base import Option

_NOS = frozenset(
    {"無い", "ない", "ず", "ぬ", "嫌", "no", "not", "nope", "don't", "won't", "rather"}
)
_FAINT = frozenset({"out_of_scope", "greet", "thank", "goodbye"})
_LOW, _CLOSE = 0.5, 0.12
_NOTHING = 0.25
_CLEAR = 0.6
_ANSWERED = 0.85


@dataclass(frozen=True)
class Reading:
    """One message, read: what both `Heard` and the printed form are made of."""

    folded: Folded
    spans: tuple[Span, ...] = ()
    clauses: tuple[Clause, ...] = ()
    answer: str | None = None
    language: str | None = None
    rude: bool = False


class Linear:
    """Understands Japanese and English messages; safe to share between threads."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._clauses = ClauseReader(Classifier(model.stages, encoder, SURE))
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
        answer, clauses = self._clauses.read(Message(plain, words, found, expecting))
        return Reading(
            folded=folded,
            spans=tuple(corrected(plain, found)),
            clauses=tuple(clauses),
            answer=answer,
            language=manners.language(plain, found, expecting.language),
            rude=manners.insults(words, self._words.rude),
        )

    def ranked(self, odds: Floats) -> list[tuple[str, float]]:
        """Intents and their probabilities, likeliest first."""
        return self._clauses.ranked(odds)

    def _indexed(self, lexicon: Lexicon) -> LexiconIndex:
        known = self._index
        same = known.lexicon is lexicon or (
            lexicon.version and known.lexicon.version == lexicon.version
        )
        if not same:
            known = self._index = LexiconIndex(lexicon)
        return known

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
                if expecting.slot == "name_kana" and intent == "deny":
                    sure = _says_no(reading.folded.text)  # 「やまだ」 is a name, not 「やだ」
                else:
                    sure = not expecting.slot or odds >= _ANSWERED
                if sure:
                    answers.add(intent)
                continue
            unsure = _unsure(ranked) if len(reading.clauses) == 1 else ()
            if unsure:
                continue
            if intent == "reserve_item" and manners.withdraws(reading.folded.text):
                answers.add("cancel")  # "cancel what I just put aside" takes back, it does not ask
                continue
            own = [s for s in reading.spans if clause.start <= s.start < clause.end]
            loose = [s for s in loose if s not in own]
            details = reader.slots(text, reading.folded, own)
            requests.append(Request(intent, _anywhere(intent, details, reading), odds))
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


def _anywhere(intent: str, details: Slots, reading: Reading) -> Slots:
    """Who asks in which store there is stock means all of them, whichever was spoken of before."""
    if intent != "check_stock" or "store" in details or not manners.any_store(reading.folded.text):
        return details
    return {**details, "store": Told((Option(ANYWHERE, "@choice.anywhere"),))}


def _says_no(text: str) -> bool:
    """Is there a word that says no, such as 「いいえ」 or 「たくない」?"""
    return any(word.part[0] == "感動詞" or word.normal in _NOS for word in tokens(text))


def _together(told: Slots, awaited: Slots) -> Slots:
    """All details; words that answer the question are nothing else besides."""
    words = {value.text for value in awaited.values()}
    return {**{name: t for name, t in told.items() if t.text.upper() not in words}, **awaited}


def _unsure(ranked: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """The rivals, where the two likeliest requests are close or none is likely."""
    (first, first_odds), (second, second_odds) = ranked[:2]
    if first in SOCIAL:
        return ()
    if first_odds < _NOTHING:
        return tuple(i for i, _ in ranked if i not in ANSWERS and i not in SOCIAL)[:3]
    close = first_odds < _LOW and first_odds - second_odds < _CLOSE
    return (first, second) if close and second not in ANSWERS and second not in SOCIAL else ()
