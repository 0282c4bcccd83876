"""Yes, no, pointing words, insults and the language of a message."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.folding import key
from bot.nlu.spans import Span
from bot.nlu.tokens import JAPANESE, Token

_NO_THANKS = re.compile(
    r"^(?:いえ|いや|あ|もう|今回は|それは|[、,\s])*"
    r"(?:大丈夫|だいじょうぶ|結構|けっこう|遠慮(?:し|して)|いい|要りません|いらない|いりません|不要|やめ)"
    r"(?:です|でした|ときます|ておきます|ます|とく|ます)?[。!\s]*$"
    r"|^(?:i'm|im|that's|we're) (?:good|fine|ok(?:ay)?|alright)(?:,? thank(?:s| you))?[.!\s]*$"
    r"|^no,? thank(?:s| you)[.!\s]*$"
)
_HEAD = re.compile(r"^(?P<head>[^、,。.!?\n]{1,16}?)(?:[、,。.!\n]\s*|\s+)(?=\S)")
_OTHER_NOUNS = (
    "店|お店|店舗|注文|オーダー|荷物|サイズ|色|カラー|辺|近|後|まま|前|間|時|日|ため|よう|他|場合"
    "|ポイント|クーポン"
)
_POINTS = tuple(
    (slot, re.compile("|".join(patterns)))
    for slot, patterns in (
        ("size", (r"(?:同じ|おなじ|その|この)(?:サイズ|大きさ)", r"\bsame size\b")),
        ("color", (r"(?:同じ|おなじ|その|この)(?:色|カラー)", r"\bsame colou?r\b")),
        ("order_number", (
            r"(?:さっき|その|この|先ほど|前|例)の?(?:注文|オーダー|荷物)",
            r"\b(?:that|this|the same) (?:order|parcel|package)\b",
        )),
        ("store", (
            r"(?:その|この|同じ|おなじ|さっきの)(?:お店|店|店舗)",
            r"(?<!そ)(?<!あ)そこ(?!そこ)|そちらの店",
            r"\b(?:that|this|same) (?:store|shop|branch)\b",
            r"(?<!is )(?<!are )(?<!hi )(?<!hello )(?<!hey )"
            r"\bthere\b(?! (?:is|are|was|were|any|a)\b)",
        )),
        ("product", (
            r"それ(?!から|と|で|では|じゃ|なら|より|にしても|ぞれ)",
            r"これ(?!から|で|まで)|あれ(?!ば)",
            r"(?:その|この|あの|同じ|さっきの)(?:商品|品|やつ|もの|靴|服|アイテム)",
            rf"(?:その|この|あの)(?!{_OTHER_NOUNS})(?=[一-鿿ァ-ヶ])",
            r"\b(?:that|this|the same) (?:one|item|product)\b|\b(?:it|them|those)\b",
        )),
    )
)  # fmt: skip
_ENGLISH_WORDS = frozenset(
    {"a", "an", "the", "is", "are", "am", "was", "do", "does", "did", "have", "has", "can", "could",
     "would", "will", "i", "you", "we", "my", "your", "me", "it", "this", "that", "there", "in",
     "on", "at", "of", "for", "to", "from", "with", "and", "or", "not", "what", "when", "where",
     "which", "who", "how", "why", "any", "please", "thanks", "thank", "hello", "hi", "yes", "no",
     "ok", "okay", "want", "need", "get", "show", "tell", "one", "new", "size", "store"}
)  # fmt: skip
_WITHDRAWING = re.compile(
    r"キャンセル|取り?消|取り?やめ|取り止め|やめ(?:ます|たい|て|る)|解除"
    r"|\b(?:cancel|release|undo)\b|\blet (?:it |that )?go\b|don't need .* (?:any ?more|any longer)"
)
_ANY_STORE = re.compile(
    r"(?:どの|どちらの|どこの|どこか)の?(?:お店|店|店舗|ショップ)|(?:全|全部の|すべての)(?:お店|店|店舗)"
    r"|どこ(?:に|で|なら|やったら|へ行けば|に行けば)|(?:いる|ある|置いてる)(?:お店|店|店舗)"
    r"|\b(?:which|what|any) (?:of your )?(?:store|shop|branch|location)(?:e?s)?\b"
    r"|\bwhere (?:can|could|do) i (?:find|get|buy)\b|\bwhere is it (?:available|sold|in stock)\b"
)
_PICKUP_CHANGES = tuple(
    (change, re.compile(pattern))
    for change, pattern in (
        (
            "extend",
            r"延ば|のば|伸ば|延長|待って|あと[0-9一二三四五六七八九十]+日"
            r"|\b(?:extend|longer|extension|(?:more|extra) (?:time|days?))\b",
        ),
        (
            "change_store",
            r"(?:店|店舗|場所|支店|先)(?:の変更|を?(?:変|かえ|移))|(?:別|違う|ほか|他)の?(?:お?店|支店)"
            r"|\b(?:another|different|other) (?:store|shop|branch|location)\b"
            r"|\b(?:change|switch) (?:the |my )?(?:pickup |collection )?(?:store|shop|branch)\b"
            r"|\b(?:move|switch|transfer)\b.* to\b",
        ),
        (
            "cancel",
            r"受け?取り?(?:は|を|も)?(?:もう)?(?:やめ|止め|キャンセル|取り?消)"
            r"|\b(?:cancel|don't want|no longer want)\b",
        ),
    )
)
_STORE_FACTS = tuple(
    (fact, re.compile(pattern))
    for fact, pattern in (
        (
            "parking",
            r"駐車|パーキング|車(?:は|を)?(?:止|停|と)め|車で(?:行|来)|\bpark(?:ing)?\b",
        ),
        ("hours", r"何時|営業|開い|閉ま|定休|\b(?:open|closed?|closing|hours)\b"),
        ("payment", r"支払|決済|\bpay(?:ment|ments|ing)?\b"),
        ("floor", r"何階|\b(?:which|what) floor\b"),
        ("access", r"行き方|アクセス|道順|何分|徒歩|\bhow (?:do i|can i|to) get\b|\bdirections\b"),
    )
)
_WORD = re.compile(r"[a-z']{2,}")


def declines(text: str) -> bool:
    """Is this a polite no to an offer: 「大丈夫です」, "I'm good"?"""
    return bool(_NO_THANKS.match(text))


def head(text: str, tokens: Sequence[Token], *, awaited: bool) -> int:
    """Where the message goes on after a first word such as 「はい」 or "no"; 0 if it has none.

    In English "no" without a comma is one only where an answer is awaited: "no idea".
    """
    match = _HEAD.match(text)
    if match and (awaited or not text.isascii() or not match[0][len(match["head"]) :].isspace()):
        return match.end()
    if len(tokens) > 1 and tokens[0].part[0] == "感動詞":
        return tokens[1].start
    return 0


def pointed(text: str) -> frozenset[str]:
    """The slots that words like 「それ」 or "that store" point at."""
    return frozenset(slot for slot, pattern in _POINTS if pattern.search(text))


def insults(tokens: Sequence[Token], rude: frozenset[str]) -> bool:
    """Does a listed insult occur among the words?"""
    keys = [key(token.surface) for token in tokens]
    return any(
        "".join(keys[at : at + length]) in rude
        for at in range(len(keys))
        for length in range(1, min(5, len(keys) - at + 1))
    )


def language(text: str, spans: Sequence[Span], current: str) -> str | None:
    """`ja`, `en`, or nothing where names and numbers alone tell no language."""
    rest, at = "", 0
    for span in spans:
        rest += text[at : span.start] + " "
        at = span.end
    rest += text[at:]
    if JAPANESE.search(rest):
        return "ja"
    words = _WORD.findall(rest)
    if any(word in _ENGLISH_WORDS for word in words) or len(words) >= 2:
        return "en"
    if JAPANESE.search(text) and current != "en":
        return "ja"
    return "en" if words else None


def withdraws(text: str) -> bool:
    """Does folded text take something back?"""
    return bool(_WITHDRAWING.search(text))


def pickup_change(text: str) -> str | None:
    """What folded text wants done with a pickup, where it says just one thing."""
    found = [change for change, pattern in _PICKUP_CHANGES if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def store_fact(text: str) -> str | None:
    """Which one fact of a store folded text asks for, by the names the import gives them."""
    found = [fact for fact, pattern in _STORE_FACTS if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def any_store(text: str) -> bool:
    """Does folded text ask which of all stores: 「どの店舗にありますか」?"""
    return bool(_ANY_STORE.search(text))
