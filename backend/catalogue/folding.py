"""One spelling for many: how Japanese texts are folded before they are compared. Pure.

Ｔシャツ, Tシャツ and ティーシャツ fold to the same text, so do スニーカー and スニーカ.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_NAMES = """
エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム
エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット
"""
_LETTER_NAMES = dict(zip("abcdefghijklmnopqrstuvwxyz", _NAMES.split(), strict=True))
# A single letter beside katakana is read by its name: Tシャツ, Vネック, ロンT.
_LONE_LETTER = re.compile(r"(?<![a-z0-9])[a-z](?=[\s-]*[ァ-ヺ])|(?<=[ァ-ヺー])[a-z](?![a-z0-9])")
_VARIANT_KANA = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヵ": "カ", "ヶ": "ケ", "ヲ": "オ"})
_V_SOUNDS = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_ACCENTED = re.compile(r"[à-öø-ÿā-ž]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u301c\uff5e~_-]")
_SIGNS = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w\s.,ー-]")
_LENGTHENED = re.compile(r"[ー-]")
_BLANKS = re.compile(r"\s+")
_RUNS = re.compile(r"[a-z0-9.,]+|[^a-z0-9.,\s]+")


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """The text as it is compared: width, case, kana, long vowels, hyphens and signs folded.

    Words stay apart by single blanks.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _DASHES.sub("-", _ACCENTED.sub(_plain, text).translate(_KATAKANA))
    text = _SIGNS.sub("", text)
    text = _LONE_LETTER.sub(lambda letter: _LETTER_NAMES[letter.group()], text)
    for sound, plain in _V_SOUNDS:
        text = text.replace(sound, plain)
    text = _LENGTHENED.sub("", text.translate(_VARIANT_KANA))
    return _BLANKS.sub(" ", text).strip()


def _plain(accented: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", accented.group())[0]


def joined(folded: str) -> str:
    """A folded text without its blanks: ランニング シューズ is ランニングシューズ."""
    return folded.replace(" ", "")


def grams(folded: str) -> set[str]:
    """The n-grams that lead to a text: three letters at a time, of other scripts two.

    Kanji count singly too, since a word may be one kanji long.
    """
    return {gram for run in _RUNS.findall(folded) for gram in _of_run(run)}


def _of_run(run: str) -> Iterator[str]:
    length = 3 if run.isascii() else 2
    if len(run) <= length:
        yield run
    for start in range(len(run) - length + 1):
        yield run[start : start + length]
    yield from (sign for sign in run if "一" <= sign <= "鿿")
