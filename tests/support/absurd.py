"""Messages as strange and as large as the worst of backends could make them.

Halves of characters are not among them: no outbox keeps any.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text

_LETTERS = (
    *"あ店 \n\t\r。、a.!?「」5%{}<>&_*[]`$@/\\\"'",
    *("\u3000", "\u00a0", "\u200b", "\u200d", "\ufe0f", "\ufeff", "\u202e", "\u2066", "\u2028"),
    *("\x00", "\x07", "\x1b", "\x7f", "e\u0301", "が", "ｶﾞ", "ﷺ", "שלום", "مرحبا"),
    *("👟", "👨\u200d👩\u200d👧", "🇯🇵", "👍🏽", "1\ufe0f\u20e3", "𠮷", "邊󠄂", "\U0010ffff"),
    *("<b>", "&amp;", "LINE", "ライン", "{{", "null", "undefined"),
)
_LENGTHS = (0, 1, 2, 9, 19, 20, 21, 36, 40, 64, 99, 101, 299, 301, 500, 999, 1023, 1025, 1501)
_LONG = (2049, 4095, 4096, 4097, 5000, 5001, 12_000)

_words = st.lists(st.sampled_from(_LETTERS), max_size=6).map("".join)


def _of(length: int) -> st.SearchStrategy[str]:
    """So many code points, the last character cut where it falls."""
    return st.lists(st.sampled_from(_LETTERS), min_size=1, max_size=6).map(
        lambda letters: ("".join(letters) * length)[:length]
    )


SHORT = st.one_of(_words, st.sampled_from(_LENGTHS).flatmap(_of))
WORDS = st.one_of(SHORT, st.sampled_from(_LONG).flatmap(_of))
URLS = st.one_of(
    SHORT,
    st.sampled_from(
        (
            "https://shop.example/a.jpg",
            "https://shop.example/a.PNG?v=1&w=2#x",
            "HTTPS://SHOP.EXAMPLE/A.JPEG",
            "http://shop.example/a.jpg",
            "//shop.example/a.jpg",
            "/pictures/a.png",
            "pictures/a.png",
            "https://shop.example/a.svg",
            "https://shop.example/靴.jpg",
            "https://靴.example/a.jpg",
            "https://shop.example/a b.jpg",
            "https://shop.example/a.jpg\n",
            "https://shop.example:99999/a.jpg",
            "https://user:word@shop.example/a.jpg",
            "https://[::1/a.jpg",
            "https://",
            "https:///a.jpg",
            "https:a.jpg",
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            f"https://shop.example/{'a' * 1975}.jpg",
            f"https://shop.example/{'a' * 1976}.jpg",
            f"https://shop.example/{'a' * 4000}.jpg",
        )
    ),
)
_DEGREES = st.one_of(
    st.sampled_from((0.0, -90.0, 180.0, 35.681236, 90.0001, -180.5, 1e308)),
    st.sampled_from((float("nan"), float("inf"), float("-inf"))),
)
_TOKYO = timezone(timedelta(hours=9))
_MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 1), timezones=st.just(_TOKYO))
_CHOICES = st.one_of(
    st.builds(Choice, SHORT, SHORT),
    st.builds(Choice, SHORT, SHORT, st.sampled_from(("contact", "location"))),
    st.builds(Choice, SHORT, SHORT, st.just("moment"), st.tuples(_MOMENTS, _MOMENTS)),
)
_BUTTONS = st.one_of(
    st.just(()),
    st.lists(_CHOICES, max_size=3).map(tuple),
    st.builds(lambda choice, many: (choice,) * many, _CHOICES, st.sampled_from((13, 14, 31, 101))),
)
_CARDS = st.builds(Card, SHORT, st.none() | WORDS, st.none() | URLS, _BUTTONS)
OUTBOUND: st.SearchStrategy[Outbound] = st.one_of(
    st.builds(Text, WORDS, _BUTTONS),
    st.builds(Cards, st.lists(_CARDS, max_size=3).map(tuple)),
    st.builds(lambda card, many: Cards((card,) * many), _CARDS, st.sampled_from((11, 12, 13, 25))),
    st.builds(Picture, URLS, WORDS),
    st.builds(Place, SHORT, SHORT, _DEGREES, _DEGREES),
)
"""Whatever the counter can send."""
