"""Where one message may hold two requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_SENTENCE = re.compile(
    r"[。!?;\n]+\s*|(?<=[a-z])\.\s+|(?<=か)[、,]\s*|(?<=ください)[、,]?\s*(?=[^。!?\n])"
    r"|(?<=[ぁ-ん一-鿿])\s+(?=[ぁ-んァ-ヶ一-鿿])"
)
_HOW_MUCH = "[0-9一二三四五六七八九十]+(?:日|週|時間|分|か月|ヶ月|円)"
"""「あと二日待って」 asks for two more days, not for something more."""
_LINK = re.compile(
    rf"[、,。.\s]*(?:(?:(?<![そこ]の)あと(?:は|、|,|\s)?(?!で|何|ど|いく|少し|ちょっと|{_HOW_MUCH})"
    r"|それから|それと|そして|ついでに|加えて|ほんで|また、|さらに|もう(?:一つ|ひとつ|1つ)|別件で"
    r"|それとは別に|ちなみに|(?<=[、,。.\s])(?:あわせて|併せて|合わせて|同時に))[、,はに]*"
    r"|\s\+\s|(?<!\bwhere )(?<!\bwhen )\b(?:and also|and then|and one more thing"
    r"|one more thing|another thing|as well as"
    r"|while you're at it|by the way|btw|oh and|plus|also|and|then)\b[,\s]*)"
)
_PAIR = re.compile(
    r"(?<=か)と(?:[、,]\s*|\s+)|のと[、,]?\s*"
    r"|(?<=[一-鿿ァ-ヶーa-z])と(?:か)?[、,]?\s*(?=[一-鿿ァ-ヶa-zぁ-ん])"
    r"|(?<=[てで])[、,]\s*|[、,]\s*"
)
_ENGLISH_COMMA = re.compile(
    r",\s+(?=(?:when|where|what|how|which|who|can|could|do|does|did|is|are|will|got|have|has|i need"
    r"|i want|i'd|please|show|tell|let me)\b)"
)
_ASKS = re.compile(
    r"(?:か|かな|かね|かしら|ください|下さい|ちょうだい|たい(?:です|んですが|のですが)?"
    r"|お願い(?:します|いたします|できますか)?|教えて|ほしい|欲しい|して(?:ほしい|欲しい)"
    r"|いつ|どこ|いくら|何時|(?<!なく)て|(?<=[一-鿿ァ-ヶー])で)[\s。!、,~]*$|\?\s*$"
)
_ASKS_AND_GOES_ON = re.compile(
    r"(?:か|たい|ほしい|欲しい)(?:の|ん)?(?:です|や|だ)?(?:けど|けれど|けれども|が|し|と)?$"
)
_TWO_NOUNS = re.compile(r"[一-鿿ァ-ヶー]{2,8}と[一-鿿ァ-ヶー]{2,8}[。!?\s]*")
"""「在庫とポイント」: nothing but two nouns asks for both."""
_ALSO = re.compile(
    r"も(?:教え|おしえ|見(?:せ|たい|て)|み(?:せ|たい|て)|知り|しり|お願|おねが|確認|調べ|聞き|頼)"
)
_ASKS_ENGLISH = re.compile(
    r"\?|\b(?:please|pls|plz|can|could|would|will|want|need|like to|i'd|tell|check|show|give|let me"
    r"|when|where|what|how|which|who|why|is|are|do|does|did|has|have|any|cancel|change|reserve|move"
    r"|hold|help)\b"
)  # fmt: skip
_BEGINS_TO_ASK = re.compile(r"(?:hi|hello|hey|ok|so)?[,\s]*i(?:'d| would)? (?:need|want|like)\b")
_NAMED_AFTER = re.compile(r"[^はもを]*(?:店|店舗|お店|やつ|もの|商品|ほう)[。!?\s]*")
"""「駐車場はありますか、銀座のお店」: what is asked about comes last."""
_BARE_LINK = frozenset({"and", "then"})
_BOTH = re.compile(r"\b(?:both|between)\b[^,.;?!]*$")
_TELLS_ENGLISH = re.compile(
    r"^(?:(?:so|hi|hello|hey|sorry|well|yesterday|today|last week)[,\s]+)*(?:(?:i|we|they|you)\s+)?"
    r"(?:just\s+|already\s+)?(?:bought|ordered|got|paid|returned|received|sent|was sent|made|had)\b"
)
"""A story begins like this: "bought a tv yesterday and got no points" asks once."""

SHORTEST = 4
"""Characters a part must have to be a request."""
_SHORTEST_NOUN = 2
"""Characters of a noun that is a request by itself beside another one: 「在庫とポイント」."""
_MOST = 16
"""Places of one kind looked at: nobody asks for that many things at once."""


@dataclass(frozen=True)
class Cut:
    """The left part ends at `left`, the right one begins at `right` (folded text).

    `kind`, the strongest evidence first: `linked` where a word like 「あと」 or "also" announces
    another request, `sentence` where two sentences ask, `background` where only the first does,
    `paired` where only 「と」 or a comma stands between, `told` after a sentence that only tells.
    """

    left: int
    right: int
    kind: str


def asks(part: str) -> bool:
    """Does this part end like a request, rather than like background?"""
    return bool(_ASKS_ENGLISH.search(part) if part.isascii() else _ASKS.search(part))


def _linked(text: str) -> Iterator[Cut]:
    """Where a linking word announces a request; a mere "and" in a story does so only if it asks."""
    for m in islice(_LINK.finditer(text), _MOST):
        left, right = text[: m.start()], text[m.end() :]
        bare = m[0].strip(" ,") in _BARE_LINK
        if bare and _BOTH.search(left):
            continue
        if bare and _TELLS_ENGLISH.match(left) and not asks(left):
            if asks(right):
                yield Cut(m.start(), m.end(), "background")
        else:
            yield Cut(m.start(), m.end(), "linked")


def cuts(text: str, japanese: bool) -> list[Cut]:
    """Places where a second request may begin, the strongest evidence first."""
    found = list(_linked(text))
    for m in islice(_SENTENCE.finditer(text), _MOST):
        right = text[m.end() :]
        if not asks(text[: m.end()]):
            found.append(Cut(m.end(), m.end(), "told"))
        elif not _NAMED_AFTER.fullmatch(right):
            kind = "linked" if _ALSO.search(right) else "sentence" if asks(right) else "background"
            found.append(Cut(m.end(), m.end(), kind))
    if not japanese:
        asked = bool(_BEGINS_TO_ASK.match(text) or _ASKS_ENGLISH.match(text))
        commas = _ENGLISH_COMMA.finditer(text) if asked else iter(())
        found += [Cut(m.start(), m.end(), "sentence") for m in islice(commas, _MOST)]
    elif asks(text) or _TWO_NOUNS.fullmatch(text):
        for m in islice(_PAIR.finditer(text), _MOST):
            left, right = text[: m.start()], text[m.end() :]
            comma = m[0].startswith(("、", ","))
            if not comma or left.endswith(("て", "で")) or _ASKS_AND_GOES_ON.search(left):
                twice = m[0].startswith("のと") or left.endswith("か") or _ALSO.search(right)
                found.append(Cut(m.start(), m.end(), "sentence" if twice else "paired"))
    whole = len(text.rstrip())
    return [
        cut for cut in found
        if cut.left >= (_SHORTEST_NOUN if cut.kind == "paired" else SHORTEST)
        and whole - cut.right >= (_SHORTEST_NOUN if cut.kind == "paired" else SHORTEST)
    ]  # fmt: skip
