"""What a message that was read means to the dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.config import Thresholds
from bot.dialogue.heard import Expecting, Heard, Request, Slots, Told
from bot.nlu import manners
from bot.nlu.clauses import ANSWERS, SOCIAL, Clause
from bot.nlu.reading import Reading
from bot.nlu.slots import SlotReader
from bot.nlu.tokens import tokens
from bot.nlu.wordlists import WordLists
from bot.routines.stores import ANYWHERE
from bot.shopfront.base import Option

_NOS = frozenset(
    {"無い", "ない", "ず", "ぬ", "嫌", "no", "not", "nope", "don't", "won't", "rather"}
)
_ABOUT_A_PRODUCT = frozenset({"check_stock", "reserve_item"})
_MOSTLY = 0.6
_FAINT = frozenset({"out_of_scope", "greet", "thank", "goodbye"})


def hear(reading: Reading, expecting: Expecting, words: WordLists, thresholds: Thresholds) -> Heard:
    """Requests, details and answers; `thresholds` are those of the engine that read it."""
    if reading.blank:
        return Heard(text=reading.text)
    reader = SlotReader(reading.index, words)
    heard = _heard(reading, expecting, reader, thresholds)
    return heard if expecting.slot else _named(heard, reading, reader, thresholds)


def _heard(
    reading: Reading, expecting: Expecting, reader: SlotReader, thresholds: Thresholds
) -> Heard:
    text = reading.text
    requests: list[Request] = []
    loose = list(reading.spans)
    answers = {reading.answer} - {None}
    unsure: tuple[str, ...] = ()
    for clause in reading.clauses:
        intent, odds = clause.ranked[0]
        if intent in ANSWERS:
            if expecting.slot == "name_kana" and intent == "deny":
                sure = _says_no(reading.folded.text)  # 「やまだ」 is a name, not 「やだ」
            else:
                sure = odds >= (thresholds.answered if expecting.slot else thresholds.unsure)
            if sure:
                answers.add(intent)
            continue
        unsure = _unsure(clause, thresholds) if len(reading.clauses) == 1 else ()
        if unsure:
            continue
        if intent == "reserve_item" and manners.withdraws(reading.folded.text):
            answers.add("cancel")  # "cancel what I just put aside" takes back, it does not ask
            continue
        own = [s for s in reading.spans if clause.start <= s.start < clause.end]
        loose = [s for s in loose if s not in own]
        details = reader.slots(text, reading.folded, own)
        part = reading.folded.text[clause.start : clause.end]
        requests.append(Request(intent, _implied(intent, details, part, reader), odds))
    slots: Slots = reader.slots(text, reading.folded, loose)
    told = {**(requests[0].slots if requests else {}), **slots}
    awaited = reader.awaited(reading.folded, text, expecting, told)
    awaited = {} if _asks_instead(awaited, requests, thresholds) else awaited
    clear = any(r.confidence >= thresholds.clear and r.intent not in _FAINT for r in requests)
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
        unsure=unsure, rude=reading.rude, engine=reading.engine,
    )  # fmt: skip


def _named(heard: Heard, reading: Reading, reader: SlotReader, thresholds: Thresholds) -> Heard:
    """A word of a product's name, where nothing was clearly asked, tells that product."""
    asked = any(
        (r.confidence >= thresholds.clear and r.intent not in SOCIAL)
        or (r.intent in _ABOUT_A_PRODUCT and "product" in r.slots)
        for r in heard.requests
    )
    told = {**(heard.requests[0].slots if heard.requests else {}), **heard.slots}
    details = "product" in told and not heard.requests
    if asked or details or heard.yes is not None or heard.cancel:
        return heard
    beside = {name: detail for name, detail in told.items() if name != "product"}
    product = reader.mentioned_product(reading.folded.text, beside)
    if not product:
        return heard
    text = reading.folded.text.replace(" ", "")
    told = {**beside, **product}
    named = sum(len(detail.text.replace(" ", "")) for detail in told.values())
    if heard.requests and named < _MOSTLY * len(text):
        return heard  # 「ランニングのコツを教えて」 is not about the running shoes
    return replace(heard, requests=(), unsure=(), slots=told)


def _implied(intent: str, details: Slots, part: str, reader: SlotReader) -> Slots:
    """The details with what a request of this kind says in other words."""
    if intent in _ABOUT_A_PRODUCT and "product" not in details:
        details = {**details, **reader.mentioned_product(part, details)}
    if intent == "check_stock" and "store" not in details and manners.any_store(part):
        # Who asks in which store there is stock means all, whichever was spoken of before.
        return {**details, "store": Told((Option(ANYWHERE, "@choice.anywhere"),))}
    if intent == "change_pickup":
        if "store" not in details and "place" in details:
            details = {**details, **reader.store_at(details["place"].text)}
        if change := manners.pickup_change(part):
            return {**details, "change": Told((Option(change, f"@choice.{change}"),))}
    if intent == "store_info" and (fact := manners.store_fact(part)):
        return {**details, "about": Told.of(fact)}
    return details


def _asks_instead(awaited: Slots, requests: Sequence[Request], thresholds: Thresholds) -> bool:
    """Are the words no answer but a request, or a greeting? 「こんにちは」 names no product."""
    known = any(told.options for told in awaited.values())
    return not known and any(
        r.confidence >= thresholds.answered and r.intent != "out_of_scope" for r in requests
    )


def _says_no(text: str) -> bool:
    """Is there a word that says no, such as 「いいえ」 or 「たくない」?"""
    return any(word.part[0] == "感動詞" or word.normal in _NOS for word in tokens(text))


def _together(told: Slots, awaited: Slots) -> Slots:
    """All details; words that answer the question are nothing else besides."""
    words = {value.text for value in awaited.values()}
    words |= {option.label for value in awaited.values() for option in value.options}
    return {**{name: t for name, t in told.items() if t.text.upper() not in words}, **awaited}


def _unsure(clause: Clause, thresholds: Thresholds) -> tuple[str, ...]:
    """The rivals, where the two likeliest requests are close or none is likely."""
    (first, first_odds), (second, second_odds) = clause.ranked[:2]
    if first in SOCIAL:
        return ()
    if first_odds < thresholds.nothing:
        return tuple(i for i, _ in clause.ranked if i not in ANSWERS and i not in SOCIAL)[:3]
    close = first_odds < thresholds.unsure and first_odds - second_odds < thresholds.close
    return (first, second) if close and second not in ANSWERS and second not in SOCIAL else ()
