"""Details that have a shape of their own: numbers, dates, times, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.spans import Span

_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_COUNTED = "点|個|コ|枚|足|本(?!店|日)|着|つ|台|冊|袋|箱|セット|組|脚|缶|玉|膳|双|パック|ケース"
_UNITS = (
    "cm|センチ|せんち|mm|ミリ|ml|ミリリットル|リットル|kg|キロ|g(?!b)|グラム|gb|ギガ|tb|テラ"
    "|インチ|inch(?:es)?|号|[畳帖]用?|oz|w|ワット|v|ボルト|mah"
)
_LETTERS = "[2-9]?x{0,4}[sl]|x{1,4}[sl]|ss|ll|m|[2-9]l"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (entity, re.compile(pattern))
    for entity, pattern in (
        ("email", r"(?P<v>[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"),
        ("member_number", r"(?:会員(?:番号|no\.?|id|証番号)?"
                          r"|member(?:ship)?(?:\s*(?:number|no\.?|id|#))?)"
                          r"\s*(?:は|が|:|is|#)?\s*(?P<v>[a-z]{0,3}-?\d{4,12})(?!\d)"),
        ("date", r"(?P<v>20\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日))(?!\d)"),
        ("phone", r"(?<![\w-])(?P<v>(?:\+81[- ]?\d{1,4}|0\d{1,4})[- (]?\d{2,4}[- )]?\d{3,4})"
                  r"(?!\d)"),
        ("order_number", r"(?P<v>#\d{3,})"),
        ("order_number", r"(?<![a-z0-9])(?P<v>[a-z]{1,4}-\d{3,}(?:-\d+)*)(?![a-z0-9])"),
        ("order_number", r"(?:注文番号|オーダー番号|受注番号|注文no\.?"
                         r"|order\s*(?:number|no\.?|num|id|#)?)"
                         r"\s*(?:は|が|:|is|#)?\s*(?P<v>[a-z]{0,4}-?\d{3,}(?:-\d+)*)"),
        ("time", r"(?P<v>(?:(?:午前|午後|朝|昼|夕方|夜)の?)?\d{1,2}時(?!間)(?:半|\d{1,2}分)?"
                 r"|正午)"),
        ("time", r"(?<![\d:])(?P<v>\d{1,2}(?::\d{2})?\s?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d{2}"
                 r"|\bnoon\b|\bmidnight\b)(?![\w:])"),
        ("date", r"(?P<v>\d{1,2}月\d{1,2}日|\d{1,2}月末|(?<!\d)\d{1,2}日(?!間|以内|後|前))"),
        ("date", r"(?<![\d/])(?P<v>(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9]))(?![\d/])"),
        ("date", r"(?P<v>(?:今度の|次の|今週の|来週の|再来週の)?[月火水木金土日]曜日?"
                 r"|(?:今週|来週|再来週)(?:の?[月火水木金土日](?![付本曜])|末)?|週末|土日)"),
        ("date", r"(?P<v>明後日|あさって|明日|あした|あす(?![かた])|今日|きょう|本日|当日"
                 r"|昨日|きのう|一昨日|おととい|今夜|今晩|明朝|今月末?|来月末?|先月|月末|先週|今朝)"),
        ("date", rf"\b(?P<v>(?:this |next |on |last )?{_WEEKDAY}s?)\b"),
        ("date", rf"\b(?P<v>{_MONTH}\.? {_NTH}|{_NTH}(?: of)? {_MONTH})\b"),
        ("date", r"\b(?P<v>day after tomorrow|today|tonight|tomorrow|tmrw|yesterday"
                 r"|(?:this|next|last) (?:week(?:end)?|month)|the weekend"
                 r"|end of (?:the )?month)\b"),
        ("size", rf"(?<![\d.a-z-])(?P<v>\d+(?:\.\d+)?\s?(?:{_UNITS}))(?![a-z])"),
        ("size", r"(?:\bsize\s*|サイズ(?:は|が)?\s*)(?P<v>\d{1,3}(?:\.\d)?(?!\d))"),
        ("size", r"\b(?P<v>(?:us|uk|eu)\s?\d{1,2}(?:\.\d)?)\b"),
        ("size", rf"(?<![a-z0-9'])(?P<v>{_LETTERS})(?=サイズ|\s?size\b)"),
        ("size", rf"(?:\bsize |サイズ(?:は|が)?\s?)(?P<v>{_LETTERS})(?![a-z0-9])"),
        ("size", r"(?<![a-z0-9'])(?P<v>[2-9]?x{1,4}[sl]|[2-6]l|ss|ll)(?![a-z0-9])"),
        ("quantity", rf"(?<![\d.])(?P<v>\d{{1,4}}(?:{_COUNTED}))"),
        ("quantity", r"(?P<v>[一二三四五六七八九十](?:つ|個|枚|足|着|点)"
                     r"|ひとつ|ふたつ|みっつ|よっつ|いつつ)"),
        ("quantity", r"\b(?P<v>(?:\d{1,3}|two|three|four|five|six|ten|a dozen) ?"
                     r"(?:pairs?|pieces?|pcs|items?|sets?|packs?|units?|boxes|bottles))\b"),
    )
)  # fmt: skip


def found(text: str) -> Iterator[Span]:
    """Details in folded text, the most telling patterns first; spans may overlap."""
    for entity, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if entity != "phone" or 9 <= sum(c.isdigit() for c in match["v"]) <= 12:
                yield Span(entity, match.start("v"), match.end("v"))
