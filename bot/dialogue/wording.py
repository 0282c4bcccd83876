"""How dates, money, numbers and options are written, in each language: one way each.

Times are shown in the retailer's zone; dates always carry their weekday, and 祝 on holidays
(research/words.md, rule 9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from datetime import datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

from bot.dialogue import colors
from bot.shopfront.base import Money

_MIDNIGHT = time()
_NEAR = {
    "ja": {0: "本日", 1: "明日", -1: "昨日"},
    "en": {0: "today", 1: "tomorrow", -1: "yesterday"},
}

_CLEAR_WITHOUT_YEAR = 300
"""Days within which a day and month cannot be mistaken for another year's."""


@lru_cache(maxsize=8)
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("JP", years=year)


class Wording:
    """The filters of one language; `now` is business time."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self.language = language
        self.zone = zone
        self.locale = "ja_JP" if language == "ja" else "en_GB"

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def date(self, day: Date | datetime, *, year: bool = False) -> str:
        """11/23(月・祝) / Mon 23 Nov; with the year where asked for."""
        if isinstance(day, datetime):
            day = self.local(day).date()
        if self.language != "ja":
            return format_date(day, "EEE d MMM y" if year else "EEE d MMM", locale=self.locale)
        holiday = "・祝" if day in _holidays(day.year) else ""
        plain = f"{day.month}/{day.day}({format_date(day, 'EEE', locale=self.locale)}{holiday})"
        return f"{day.year}/{plain}" if year else plain

    def day(self, day: Date | datetime, now: datetime) -> str:
        """The date, with today or tomorrow before it; a distant one with its year."""
        plain = self.local(day).date() if isinstance(day, datetime) else day
        distance = (plain - self.local(now).date()).days
        near = _NEAR[self.language].get(distance)
        if near is None:
            return self.date(plain, year=abs(distance) > _CLEAR_WITHOUT_YEAR)
        joint = "" if self.language == "ja" else ", "
        return f"{near}{joint}{self.date(plain)}"

    def time(self, moment: datetime) -> str:
        """9:05, 14:05."""
        local = self.local(moment)
        return f"{local.hour}:{local.minute:02d}"

    def moment(self, moment: datetime) -> str:
        """11/21 14:05 / 21 Nov 14:05."""
        local = self.local(moment)
        english = format_date(local.date(), "d MMM", locale=self.locale)
        day = f"{local.month}/{local.day}" if self.language == "ja" else english
        return f"{day} {self.time(moment)}"

    def picked(self, told: str) -> str:
        """A day and time as a platform's picker tells them, in the retailer's zone, like a date.

        What customers wrote in other words stays as they wrote it.
        """
        try:
            moment = datetime.strptime(told, "%Y-%m-%d %H:%M").replace(tzinfo=self.zone)
        except ValueError:
            return told
        return f"{self.date(moment)} {self.time(moment)}"

    def span(self, start: datetime, end: datetime) -> str:
        """11/24(火) 10:00–14:00 / 24 Nov 10:00–14:00: short enough for a button."""
        day = self.date(start) if self.language == "ja" else self.moment(start).rpartition(" ")[0]
        return f"{day} {self.time(start)}–{self.time(end)}"

    def until(self, moment: datetime | Date, now: datetime) -> str:
        """A day, with the hour where there is one; midnight is the end of the day before."""
        if isinstance(moment, datetime):
            if self.local(moment).time() == _MIDNIGHT:
                return f"{self.day(moment - timedelta(minutes=1), now)} 24:00"
            return f"{self.day(moment, now)} {self.time(moment)}"
        return self.day(moment, now)

    def money(self, money: Money) -> str:
        """税込4,990円 / ¥4,990 (tax incl.); minor units by ISO 4217."""
        amount = self.amount(money.amount, money.currency)
        return f"税込{amount}" if self.language == "ja" else f"{amount} (tax incl.)"

    def amount(self, minor: int, currency: str) -> str:
        """4,990円 / ¥4,990: a sum that is no price, such as a discount; in minor units."""
        if self.language == "ja" and currency == "JPY":
            return f"{self.number(minor)}円"
        locale = self.locale if self.language == "ja" else "en_US"
        whole = minor / 10 ** get_currency_precision(currency)
        return str(format_currency(whole, currency, locale=locale))

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def options(self, options: Mapping[str, str]) -> str:
        """26.5cm・ブラック / 26.5cm, black."""
        joint = "・" if self.language == "ja" else ", "
        return joint.join(self.value(value) for value in options.values())

    def value(self, value: str) -> str:
        """One option's value; a colour in English where it has a common name."""
        return colors.named(value, self.language)

    def family(self, name: str) -> str:
        """山田 of 山田 花子; a name in Latin letters, or without a space, is left whole."""
        return name if name.isascii() else next(iter(name.split()), "")

    def distance(self, metres: int) -> str:
        return f"{metres / 1000:.1f}km" if metres >= 1000 else f"{metres}m"

    def filters(self, now: Callable[[], datetime]) -> dict[str, Callable[..., str]]:
        """What templates may use. `now` gives the business time of the line being written."""
        return {
            "date": self.date,
            "day": lambda value: self.day(value, now()),
            "time": self.time,
            "moment": self.moment,
            "picked": self.picked,
            "until": lambda value: self.until(value, now()),
            "money": self.money,
            "number": self.number,
            "options": self.options,
            "amount": self.amount,
            "family": self.family,
            "distance": self.distance,
        }

    def part_of_day(self, now: datetime) -> str:
        """morning, day or evening: which greeting fits."""
        hour = self.local(now).hour
        return "morning" if 5 <= hour < 11 else "day" if 11 <= hour < 18 else "evening"
