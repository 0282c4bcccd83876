"""Details in normal form.

Understanding has no clock, so a day is told relative to the day of the message:

| form | means |
|---|---|
| `2026-11-23`, `--11-23`, `---23` | a date; the next such day of the year; of the month |
| `+0d`, `+1d`, `-1d` | today, tomorrow, yesterday |
| `sat` | the next Saturday; `+1w:sat` the one of next week (weeks start on Monday) |
| `+0w`, `+1w`, `weekend`, `+0m`, `+1m`, `month_end` | this week, next week, ... |
"""

from __future__ import annotations

import re
import unicodedata

_DAYS = {
    "今日": "+0d", "きょう": "+0d", "本日": "+0d", "当日": "+0d", "今夜": "+0d", "今晩": "+0d",
    "今朝": "+0d", "today": "+0d", "tonight": "+0d", "明日": "+1d", "あした": "+1d", "あす": "+1d",
    "明朝": "+1d", "tomorrow": "+1d", "tmrw": "+1d", "明後日": "+2d", "あさって": "+2d",
    "day after tomorrow": "+2d", "昨日": "-1d", "きのう": "-1d", "yesterday": "-1d",
    "一昨日": "-2d", "おととい": "-2d", "週末": "weekend", "土日": "weekend",
    "今週末": "weekend", "the weekend": "weekend", "this weekend": "weekend",
    "来週末": "+1w:sat", "next weekend": "+1w:sat",
    "今週": "+0w", "this week": "+0w", "来週": "+1w", "next week": "+1w",
    "再来週": "+2w",
    "先週": "-1w", "last week": "-1w", "今月": "+0m", "this month": "+0m",
    "来月": "+1m", "next month": "+1m", "先月": "-1m", "last month": "-1m", "月末": "month_end",
    "今月末": "month_end", "end of month": "month_end", "end of the month": "month_end",
}  # fmt: skip
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKS = {"来週": "+1w:", "next": "+1w:", "再来週": "+2w:", "last": "-1w:"}
_JAPANESE_WEEKDAY = re.compile(
    r"(今週|来週|再来週)?(?:の|今度の|次の)?([月火水木金土日])(?:曜日?)?$"
)
_ENGLISH_WEEKDAY = re.compile(r"(?:(this|next|on|last) )?(mon|tue|wed|thu|fri|sat|sun)")
_NUMBERS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "ひと": 1, "ふた": 2, "みっ": 3, "よっ": 4, "いつ": 5, "a dozen": 12,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10,
}  # fmt: skip
_AFTERNOON = ("午後", "夕方", "夜")


def date(words: str) -> str:
    """The normal form of folded day words; the words themselves where there is none."""
    if known := _DAYS.get(words):
        return known
    if m := re.fullmatch(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", words):
        return f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}"
    if m := re.fullmatch(r"(\d{1,2})[/月](\d{1,2})日?", words):
        return f"--{int(m[1]):02}-{int(m[2]):02}"
    if m := re.fullmatch(r"(\d{1,2})日", words):
        return f"---{int(m[1]):02}"
    for number, month in enumerate(_MONTHS, 1):
        if month in words and (day := re.search(r"\d{1,2}", words)):
            return f"--{number:02}-{int(day[0]):02}"
    if m := _JAPANESE_WEEKDAY.match(words):
        return _WEEKS.get(m[1] or "", "") + _WEEKDAYS["月火水木金土日".index(m[2])]
    if m := _ENGLISH_WEEKDAY.match(words):
        return _WEEKS.get(m[1] or "", "") + m[2]
    return words


def time(words: str) -> str:
    """HH:MM of folded clock words; the words themselves where there is none."""
    if words in ("正午", "noon"):
        return "12:00"
    if words == "midnight":
        return "00:00"
    m = re.search(r"(\d{1,2})(?:(?::|時)(半|\d{1,2})?)?", words)
    if not m:
        return words
    hour, minute = int(m[1]), 30 if m[2] == "半" else int(m[2] or 0)
    late = words.startswith(_AFTERNOON) or re.search(r"p\.?m", words)
    if late and hour < 12:
        hour += 12
    elif re.search(r"a\.?m", words) and hour == 12:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour <= 24 and minute < 60 else words


def quantity(words: str) -> str | None:
    """A count as digits, or nothing."""
    if m := re.search(r"\d+", words):
        return str(int(m[0]))
    for word, number in _NUMBERS.items():
        if words.startswith(word):
            return str(number)
    return None


def digits(words: str) -> str:
    """The digits of a phone number, in the domestic form."""
    plain = "".join(str(unicodedata.digit(c, "")) for c in words if c.isdigit())
    return "0" + plain[2:] if words.lstrip().startswith("+81") else plain
