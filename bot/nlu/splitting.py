"""Where one message may hold two requests."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(
    r"[。!?;\n]+\s*|(?<=[a-z])\.\s+|(?<=か)[、,]\s*|(?<=ください)[、,]?\s*(?=[^。!?\n])"
)
_LINK = re.compile(
    r"[、,。.\s]*(?:(?:あと(?:は|、|,|\s)?(?!で|何|どれ|いく)|それから|それと|そして|ついでに"
    r"|加えて|また、|さらに|もう(?:一つ|ひとつ|1つ)|別件で|それとは別に|ちなみに)[、,はに]*"
    r"|\b(?:and also|and then|and one more thing|one more thing|another thing|as well as"
    r"|while you're at it|by the way|btw|oh and|plus|also|and|then)\b[,\s]*)"
)
_PAIR = re.compile(
    r"(?<=[一-鿿ァ-ヶーa-z])と(?:か)?[、,]?\s*(?=[一-鿿ァ-ヶa-zぁ-ん])"
    r"|(?<=[てで])[、,]\s*|[、,]\s*"
)
_ASKS = re.compile(
    r"(?:か|かな|かね|かしら|ください|下さい|ちょうだい|たい(?:です|んですが|のですが)?"
    r"|お願い(?:します|いたします|できますか)?|教えて|ほしい|欲しい|して(?:ほしい|欲しい)"
    r"|いつ|どこ|いくら|何時)[\s。!、,~]*$|\?\s*$"
)
_ASKS_ENGLISH = re.compile(
    r"\?|\b(?:please|pls|plz|can|could|would|will|want|need|like to|i'd|tell|check|show|give|let me"
    r"|when|where|what|how|which|who|why|is|are|do|does|did|has|have|any|cancel|change|reserve"
    r"|hold|help)\b"
)  # fmt: skip

SHORTEST = 4
"""Characters a part must have to be a request."""


@dataclass(frozen=True)
class Cut:
    """The left part ends at `left`, the right one begins at `right` (folded text).

    `linked` where a word like 「あと」 or "also" announces another request, `paired` where only
    「と」 or a comma stands between: weaker evidence.
    """

    left: int
    right: int
    linked: bool = False
    paired: bool = False


def asks(part: str) -> bool:
    """Does this part end like a request, rather than like background?"""
    return bool(_ASKS_ENGLISH.search(part) if part.isascii() else _ASKS.search(part))


def cuts(text: str, japanese: bool) -> list[Cut]:
    """Places where a second request may begin, the strongest evidence first."""
    found = [Cut(m.start(), m.end(), linked=True) for m in _LINK.finditer(text)]
    found += [Cut(m.end(), m.end()) for m in _SENTENCE.finditer(text)]
    if japanese:
        found += [Cut(m.start(), m.end(), paired=True) for m in _PAIR.finditer(text)]
    whole = len(text.rstrip())
    return [cut for cut in found if cut.left >= SHORTEST and whole - cut.right >= SHORTEST]
