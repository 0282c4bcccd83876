"""What details mean for the dialogue: slots with the values they may take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.dialogue.heard import Expecting, Slots, Told
from bot.dialogue.matching import named
from bot.nlu import values
from bot.nlu.folding import Folded, fold, key, normalised
from bot.nlu.lexicon_index import MOST, LexiconIndex, same_size
from bot.nlu.spans import Span
from bot.nlu.tokens import tokens
from bot.nlu.wordlists import WordLists
from bot.shopfront.base import Option

_CODE = re.compile(r"(?<!\d)\d(?:[ -]?\d){5}(?![ -]?\d)")
_PHONE = re.compile(r"(?<![\w-])(?:\+81[- ]?|0)\d(?:[- ()]*\d){7,9}(?!\d)")
_NUMBER = re.compile(r"(?<![a-z\d-])[a-z]{0,4}[- ]?\d(?:-?\d){2,}(?![a-z\d])")
_SIZE = re.compile(
    r"(?<![\d.])\d{1,3}(?:\.\d)?(?![\d.])|(?<![a-z])(?:[2-9]?x{0,4}[sl]|m|free)(?![a-z])"
)
_ORDER_NUMBER = re.compile(r"(?<![a-z\d])(?:#\d{3,}|[a-z]{1,4}-\d{3,}(?:-\d+)*)(?![a-z\d])")
_PADDED = re.compile(r"[a-z]-0\d{4,}$")
"""Cards are numbered in a fixed width, LV-000117; orders hardly ever are."""
_SAYS_MEMBER = re.compile(r"会員|member")
_NO_MEMBER = re.compile(
    r"会員(?:では|じゃ|で)?(?:ない|なく|ありません|無い)|会員(?:登録)?(?:に|は|を|も)?"
    r"(?:なって|入って|して|登録して|持って)(?:い)?(?:ない|ません)|会員(?:番号|証)(?:は|が|も)?"
    r"(?:ない|ありません|無い|持って(?:い)?(?:ない|ません))|非会員|未登録|ゲスト"
    r"|\bguest\b|\b(?:not|never|isn't|wasn't|n't)\s+(?:been\s+|become\s+)?(?:a\s+|an?y\s+)?member"
    r"|\b(?:no|without|don't have|do not have|didn't make|never made)\s+(?:an?\s+|any\s+)?"
    r"(?:account|membership|member)"
)
_FREE = frozenset({"name_kana", "product", "guest_proof", "question", "place"})
"""Slots that any words may fill even while choices are offered."""
_WHOLE = frozenset({"call_time"})
"""Slots that take the whole message, whatever details are in it."""
_NAMES_OF_AXES = frozenset(map(key, ("size", "sizes", "サイズ", "color", "colors", "colour",
                                      "colours", "色", "カラー")))  # fmt: skip
"""「どのサイズ」 asks for one; it tells none."""
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FUNCTION_PARTS = frozenset(
    {"助詞", "助動詞", "補助記号", "空白", "接続詞", "感動詞", "副詞", "mark"}
)
_COUNT = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_POLITE_END = re.compile(
    r"(?:(?:でお願いします|をお願いします|お願いします|でお願い|と申します|といいます|と言います"
    r"|ですかね|です|だよ|がいい|にします|にして|かな|,?\s*please|,?\s*thanks?)?[\s、。.!?~]*)$"
)
_POLITE_START = re.compile(
    r"^(?:(?:はい|ええと|えっと|うーん|あの|名前は|なまえは|私は|yes|well|um+|my name is|i'm|it's"
    r"|it is|this is)[\s、,。:]+|(?:名前は|my name is |i'm |it's |it is ))?"
)


class SlotReader:
    """Turns details into slots, with one lexicon's names."""

    def __init__(self, index: LexiconIndex, words: WordLists) -> None:
        self._index = index
        self._words = words

    def slots(self, text: str, folded: Folded, spans: Iterable[Span]) -> dict[str, Told]:
        """The slots these details fill; two for one slot are two options."""
        filled: dict[str, Told] = {}
        for span in spans:
            start, end = folded.span(span.start, span.end)
            words = normalised(text[start:end])
            if key(words) in _NAMES_OF_AXES:
                continue
            for slot, told in self._slots_of(span.entity, words):
                if before := filled.get(slot):
                    options = dict.fromkeys((*before.options, *told.options))
                    told = Told(tuple(options)[:MOST], f"{before.text} {told.text}")
                filled[slot] = told
        return filled

    def _slots_of(self, entity: str, words: str) -> list[tuple[str, Told]]:
        """The slots one detail fills: what looks like a size may be a width or a vintage."""
        others = self._index.other_axes(words) if entity == "size" else {}
        told = [
            (slot, Told(tuple(Option(value, value) for value in values), words))
            for slot, values in others.items()
        ]
        if entity == "size" and others and not self._of_catalogue("size", words):
            return told
        return [self._told(entity, words), *told]

    def _told(self, entity: str, words: str) -> tuple[str, Told]:
        plain = fold(words).text.strip()
        match entity:
            case "product":
                return "product", Told(self._index.products(words), words)
            case "store":
                return "store", Told(self._index.stores(words), words)
            case "place":
                return "place", Told.of(words)
            case "date":
                return "date", Told.of(values.date(plain), words)
            case "time":
                return "time", Told.of(values.time(plain), words)
            case "phone":
                return "phone", Told.of(values.digits(words), words)
            case "order_number" | "member_number":
                return entity, Told.of(words.upper(), words)
            case "quantity":
                count = values.quantity(plain)
                return "quantity", Told.of(count, words) if count else Told(text=words)
            case _:
                return entity, Told(self.spellings(entity, words), words)

    def spellings(self, slot: str, words: str) -> tuple[Option, ...]:
        """Every way to write a colour, size or other value, the catalogue's own first."""
        known = self._words.spellings(slot, words) or (words,)
        own = self._of_catalogue(slot, words)
        return tuple(Option(w, w) for w in list(dict.fromkeys((*own, *known)))[:MOST])

    def _of_catalogue(self, slot: str, words: str) -> list[str]:
        """The catalogue's own values: 26.5センチ is its "26.5", 26 its "26cm"."""
        known = self._words.spellings(slot, words) or (words,)
        catalogue = self._index.values.get(slot, {})
        own = [value for word in known for value in catalogue.get(key(word), ())]
        if slot == "size" and not own:
            own = [v for values in catalogue.values() for v in values if same_size(words, v)]
        return own

    def store_at(self, words: str) -> Slots:
        """The store where a place is, if there is one."""
        found = self._index.stores(words)
        return {"store": Told(found, words)} if found else {}

    def mentioned_product(self, text: str, told: Slots) -> Slots:
        """The product that words beside the other details name, where it is one of the shop's."""
        for detail in told.values():
            text = text.replace(fold(detail.text).text, " ")
        found, words = self._index.mentioned(text)
        return {"product": Told(found, words)} if found else {}

    def awaited(self, folded: Folded, text: str, expecting: Expecting, told: Slots) -> Slots:
        """What the whole message says for the slot that was asked, by the kind of slot.

        `told` are its details: beside them, words that name no choice are no answer.
        """
        slot, plain = expecting.slot or "", folded.text.strip()
        match slot:
            case "":
                return {}
            case "proof":
                return self._proof(plain, expecting)
            case "code":
                code = _CODE.search(plain)
                return {slot: Told.of(values.digits(code[0]))} if code else {}
            case "phone":
                phone = _PHONE.search(plain)
                return {slot: Told.of(values.digits(phone[0]))} if phone else {}
            case "order_number" | "member_number":
                return _number(slot, plain, told)
            case "quantity":
                count = _COUNT.search(plain)
                return {slot: Told.of(str(int(count[0])))} if count else {}
            case "size":
                size = _SIZE.search(plain)
                words = size[0].upper() if size else ""
                return {slot: Told(self.spellings(slot, words), words)} if size else {}
            case "email" | "date" | "time":
                return {}
        if expecting.choices and slot not in _WHOLE and (told or slot not in _FREE):
            return self._chosen(text, expecting)
        return self._free(slot, text, told)

    def _chosen(self, text: str, expecting: Expecting) -> Slots:
        """The choices that are named; other words are no answer to a question with choices."""
        words = _plain_words(text)
        found = named([words], expecting.choices, lambda c: c.label, lambda c: c.value)
        found = found or _numbered_like(words, expecting.choices)
        return {expecting.slot: Told(found, words)} if found and expecting.slot else {}

    def _free(self, slot: str, text: str, told: Slots) -> Slots:
        """The words themselves, without politeness and without those of other details."""
        words = _plain_words(text)
        if slot == "product":
            words = _besides(words, told)
        elif slot == "guest_proof" and "order_number" in told:
            words = _besides(words, {"order_number": told["order_number"]})
        if not words:
            return {}
        if slot not in ("product", "store", "color") and not slot.startswith("option."):
            return {slot: Told.of(words)}
        words = words.removesuffix("で") or words
        if slot in ("product", "store"):
            return {slot: self._told(slot, words)[1]}
        return {slot: Told(self.spellings(slot, words), words)}

    @staticmethod
    def _proof(plain: str, expecting: Expecting) -> Slots:
        """Who they are, told apart by shape; e-mails are found by pattern.

        Who is no member takes the other way, which is the first choice offered.
        """
        if "@" in plain:
            return {}
        if phone := _PHONE.search(plain):
            return {"phone": Told.of(values.digits(phone[0]))}
        order = _ORDER_NUMBER.search(plain)
        if order and not _SAYS_MEMBER.search(plain) and not _PADDED.search(order[0]):
            return {"order_number": Told.of(order[0].upper())}
        if number := _NUMBER.search(plain):
            return {"member_number": Told.of(number[0].upper().replace(" ", ""))}
        if expecting.choices and _NO_MEMBER.search(plain):
            way = expecting.choices[0]
            return {"proof": Told((way,), way.label)}
        return {}


def _number(slot: str, plain: str, told: Slots) -> Slots:
    """The number; 「会員番号LV-000117」 says itself that it is none of an order."""
    number = _NUMBER.search(plain)
    if number is None or (slot == "order_number" and "member_number" in told):
        return {}
    return {slot: Told.of(number[0].upper().replace(" ", ""))}


def _numbered_like(words: str, choices: Sequence[Option]) -> tuple[Option, ...]:
    """The choice with the one number that was said: 「じゃあ90で」 is 90cm."""
    numbers = _ANY_NUMBER.findall(fold(words).text)
    if len(numbers) != 1:
        return ()
    return tuple(choice for choice in choices if same_size(numbers[0], choice.label))


def _besides(words: str, told: Slots) -> str:
    """The words around details, where there are any but particles."""
    if not told:
        return words
    for detail in told.values():
        words = words.replace(detail.text, " ")
    left = [t for t in tokens(words) if t.part[0] not in _FUNCTION_PARTS]
    return words[left[0].start : left[-1].end].strip() if left else ""


def _plain_words(text: str) -> str:
    """The words without the politeness around them."""
    words = _POLITE_START.sub("", normalised(text), count=1)
    return _POLITE_END.sub("", words, count=1).strip() or words
