"""What the channel itself tells a customer."""

from __future__ import annotations

_TOO_MANY = {
    "ja": "続けてたくさん送っていただいたため、少し混み合っています。"
    "{seconds}秒ほどおいて、もう一度お送りください。",
    "en": "That was a lot at once. Please wait about {seconds} seconds and send it again.",
}


def too_many(seconds: int, locale: str | None) -> str:
    """A kind word to someone who was too fast, in the language of a BCP 47 tag."""
    return _TOO_MANY[_language(locale)].format(seconds=seconds)


def _language(locale: str | None) -> str:
    return "ja" if locale is None or locale.lower().startswith("ja") else "en"
