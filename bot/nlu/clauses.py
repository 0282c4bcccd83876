"""The parts of a message with a request each, and what each part asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.dialogue.heard import Expecting
from bot.nlu import manners
from bot.nlu.classifier import Classifier, Floats
from bot.nlu.engine import Engine
from bot.nlu.spans import Span
from bot.nlu.splitting import Cut, cuts
from bot.nlu.tokens import JAPANESE, Token

ANSWERS = frozenset({"affirm", "deny", "cancel", "inform"})
"""Intents that are no request of their own."""
SOCIAL = frozenset({"greet", "thank", "goodbye", "help", "repeat", "complaint", "out_of_scope"})
_COURTESIES = frozenset({"greet", "thank", "goodbye", "help", "repeat", "deny"})

_NEEDED = {"linked": 0.4, "sentence": 0.5, "background": 0.9, "paired": 0.9, "told": 0.8}
"""How surely, by n-grams alone, both parts must be requests for a cut of this kind."""
_AFTER_A_TALE = "talk_to_person"
"""The one request that what was told before it does not lead up to: both are wanted."""
_HEAD_START = {"linked": 0.5, "sentence": 0.3}
_COMPLAINS = 0.6
_CUTS_WEIGHED = 4
_PLAUSIBLE = 6
_OWN = frozenset({"product", "store"})
_OWN_NAMED = 0.01
_GOODS_NAMED = 0.1
"""How likely out of scope, and questions of no particular product, stay then."""
_EXPECTED = 3.0
_CLEAR = 0.6
_VAGUE = 0.9
"""Below this a second part is understood together with what was said before it."""
_MOST_REQUESTS = 3
_FUNCTION_PARTS = frozenset(
    {"助詞", "助動詞", "補助記号", "空白", "接尾辞", "記号", "mark", "number"}
)
_FUNCTION_WORDS = frozenset(
    {"the", "a", "an", "in", "at", "on", "for", "one", "ones", "please", "and", "or", "of", "to",
     "is", "it", "it's", "its", "by", "with", "from", "size", "サイズ", "色", "御", "願う", "為る",
     "back", "again", "make", "actually", "instead", "戻す", "矢張り", "下さる", "呉れる"}
)  # fmt: skip

Part = tuple[int, int]


@dataclass(frozen=True)
class Clause:
    """A part of the message with one request, `start:end` in folded text.

    `ranked` are all intents with their probabilities, likeliest first.
    """

    start: int
    end: int
    ranked: tuple[tuple[str, float], ...]


@dataclass
class Message:
    """A message while an engine reads it; what its parts were found to be is kept.

    `odds` are the engine's for the whole text, where it has given them already.
    """

    text: str
    words: Sequence[Token]
    spans: Sequence[Span]
    expecting: Expecting
    engine: Engine
    odds: Floats | None = None
    margins: dict[Part, Floats] = field(default_factory=dict)
    judged: dict[Part, Floats] = field(default_factory=dict)
    guessed: dict[Part, Floats] = field(default_factory=dict)

    def inside(self, part: Part) -> list[Token]:
        """The words of a part."""
        return [word for word in self.words if part[0] <= word.start and word.end <= part[1]]


class ClauseReader:
    """Cuts messages where two clear requests meet."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._intents = classifier.intents
        self._at = {intent: at for at, intent in enumerate(self._intents)}

    async def read(self, message: Message) -> tuple[str | None, list[Clause]]:
        """A yes or no before the rest, if any, and the parts of the rest."""
        answer, start = await self._head(message)
        end = len(message.text)
        return answer, await self._clauses(message, (start, end)) if start < end else []

    def _ranked(self, odds: Floats) -> tuple[tuple[str, float], ...]:
        return tuple((self._intents[at], float(odds[at])) for at in np.argsort(-odds))

    async def _judge(self, message: Message, *parts: Part) -> list[Floats]:
        """The probabilities of the intents for parts of the message; the engine is asked once."""
        new = [part for part in parts if part not in message.judged]
        asked = [part for part in new if not self._bare(message, part)]
        for part, odds in zip(asked, await self._asked(message, asked), strict=True):
            message.judged[part] = self._expected(self._ours(odds, message, part), message)
        return [message.judged[part] for part in parts]

    async def _asked(self, message: Message, parts: Sequence[Part]) -> Sequence[Floats]:
        if message.odds is not None and parts == [(0, len(message.text))]:
            return [message.odds]
        texts = [message.text[start:end] for start, end in parts]
        margins = [self._margins(message, part) for part in parts]
        return await message.engine.judge(texts, margins) if parts else ()

    def _guess(self, message: Message, part: Part) -> Floats:
        """The probabilities by n-grams alone."""
        if part not in message.guessed and not self._bare(message, part):
            odds = self._classifier.guess(self._margins(message, part))
            message.guessed[part] = self._expected(self._ours(odds, message, part), message)
        return message.guessed[part]

    def _margins(self, message: Message, part: Part) -> Floats:
        """The n-grams' margins, once a part."""
        if part not in message.margins:
            text = message.text[part[0] : part[1]]
            message.margins[part] = self._classifier.margins(text, message.inside(part))
        return message.margins[part]

    def _bare(self, message: Message, part: Part) -> bool:
        """Nothing but details is no request: that is settled without asking anybody."""
        if not _only_details(message.inside(part), message.spans) or self._courtesy(message, part):
            return False
        odds = np.full(len(self._intents), 0.001, np.float32)
        odds[self._at["inform"]] = 1.0
        message.judged[part] = message.guessed[part] = self._expected(odds, message)
        return True

    def _courtesy(self, message: Message, part: Part) -> bool:
        """Is it a word such as 「ハロー」 or "hiya", taken for a name unknown to the shop?"""
        named = [s for s in message.spans if part[0] <= s.start and s.end <= part[1]]
        if len(named) != 1 or named[0].own:
            return False
        intent, odds = self._top(self._classifier.guess(self._margins(message, part)))
        return intent in _COURTESIES and odds >= _CLEAR

    def _ours(self, odds: Floats, message: Message, part: Part) -> Floats:
        """Who names the shop's own goods or stores hardly speaks of something else."""
        own = {
            span.entity for span in message.spans
            if span.own and part[0] <= span.start and span.end <= part[1]
        }  # fmt: skip
        if not own & _OWN:
            return odds
        odds = odds.copy()
        odds[self._at["out_of_scope"]] *= _OWN_NAMED
        if "product" in own:
            odds[[self._at["faq"], self._at["store_info"]]] *= _GOODS_NAMED
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def _expected(self, odds: Floats, message: Message) -> Floats:
        """An answer is likelier while a question is open."""
        expecting = message.expecting
        if expecting.slot is None and not expecting.consent:
            return odds
        odds = odds.copy()
        for intent in ("affirm", "deny", "cancel") if expecting.consent else ("inform",):
            odds[self._at[intent]] *= _EXPECTED
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def _top(self, odds: Floats) -> tuple[str, float]:
        at = int(odds.argmax())
        return self._intents[at], float(odds[at])

    async def _head(self, message: Message) -> tuple[str | None, int]:
        """A yes or no before the rest, 「はい、黒で」, and where the rest begins."""
        if message.expecting.consent and manners.declines(message.text):
            return "deny", len(message.text)
        awaited = message.expecting.consent or message.expecting.slot is not None
        start = manners.head(message.text, message.words, awaited=awaited)
        if not start or any(span.start < start for span in message.spans):
            return None, 0
        if not awaited and self._top(self._guess(message, (0, start)))[0] not in ANSWERS:
            return None, 0
        intent, odds = self._top((await self._judge(message, (0, start)))[0])
        if intent in ("affirm", "deny") and odds >= _CLEAR:
            return intent, start
        return None, 0

    async def _clauses(self, message: Message, part: Part) -> list[Clause]:
        """The parts with a request each; one part where there is no good reason to split."""
        start, end = part
        cut = self._best_cut(message, part)
        if cut is None or not await self._sounds_like_both(message, part, cut):
            return [Clause(start, end, self._ranked((await self._judge(message, part))[0]))]
        left, right = (start, start + cut.left), (start + cut.right, end)
        await self._judge_requests(message, left, right)
        await self._judge_again(message, part, right)
        first = Clause(*left, self._ranked(message.judged[left]))
        return [first, *await self._clauses(message, right)][:_MOST_REQUESTS]

    async def _judge_requests(self, message: Message, *parts: Part) -> None:
        """Judge parts known to be requests; one too short to tell by itself stays what it was."""
        for part, odds in zip(parts, await self._judge(message, *parts), strict=True):
            if not _requests(self._top(odds)):
                message.judged[part] = self._guess(message, part)

    async def _judge_again(self, message: Message, whole: Part, right: Part) -> None:
        """「いくつある?」 after a question about points asks for points: what is vague alone."""
        odds = message.judged[right]
        if self._top(odds)[1] >= _VAGUE:
            return
        (around,) = await self._judge(message, whole)
        near = odds * np.sqrt(around)
        message.judged[right] = np.asarray(near / near.sum(), dtype=np.float32)

    def _best_cut(self, message: Message, part: Part) -> Cut | None:
        """The likeliest cut by the words and n-grams alone: asking meaning costs too much time."""
        start, end = part
        text = message.text[start:end]
        weighed: list[tuple[float, Cut]] = []
        for cut in cuts(text, bool(JAPANESE.search(text)))[:_CUTS_WEIGHED]:
            parts = (start, start + cut.left), (start + cut.right, end)
            if any(s.start < at < s.end for s in message.spans for at in (*parts[0], *parts[1])):
                continue
            left, right = (self._guess(message, side) for side in parts)
            if cut.kind == "told" and self._top(right)[0] != _AFTER_A_TALE:
                continue
            odds = self._two_requests(left, right)
            if odds >= _NEEDED[cut.kind]:
                weighed.append((odds + _HEAD_START.get(cut.kind, 0.0), cut))
        return max(weighed, key=lambda found: found[0])[1] if weighed else None

    async def _sounds_like_both(self, message: Message, part: Part, cut: Cut) -> bool:
        """Does the whole, too, sound like both of its parts? A linking word says so by itself."""
        if cut.kind == "linked":
            return True
        start, end = part
        sides = (start, start + cut.left), (start + cut.right, end)
        (whole,) = await self._judge(message, part)
        plausible = [intent for intent, _ in self._ranked(whole)[:_PLAUSIBLE]]
        return all(self._top(self._guess(message, side))[0] in plausible for side in sides)

    def _two_requests(self, left: Floats, right: Floats) -> float:
        """How surely both parts are requests, and different ones; 0 if not."""
        first, second = self._top(left), self._top(right)
        if first[0] == second[0] or not all(map(_requests, (first, second))):
            return 0.0
        return min(first[1], second[1])


def _requests(found: tuple[str, float]) -> bool:
    intent, odds = found
    if intent == "complaint":
        return odds >= _COMPLAINS
    return intent not in ANSWERS and intent not in SOCIAL


def _only_details(words: Sequence[Token], spans: Sequence[Span]) -> bool:
    """Is there nothing but details and the little words around them?"""
    told = False
    for word in words:
        if _is_number(word) or any(s.start < word.end and word.start < s.end for s in spans):
            told = True
        elif word.part[0] not in _FUNCTION_PARTS and word.normal not in _FUNCTION_WORDS:
            return False
    return told


def _is_number(word: Token) -> bool:
    return word.part[1] == "数詞" or word.part[0] == "number"
