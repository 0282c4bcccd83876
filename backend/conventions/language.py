"""Which language an answer's names are in."""

from typing import Annotated, Any

from babel import negotiate_locale
from fastapi import Depends, Request, Response

LANGUAGES = ("ja", "en")


def _language(request: Request, response: Response) -> str:
    header = request.headers.get("accept-language", "")
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in header.split(",")]
    language = negotiate_locale(wanted, LANGUAGES) or "ja"
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return language


Language = Annotated[str, Depends(_language)]


def translated(translations: dict[str, Any], language: str, field: str, original: str) -> str:
    """A text in `language` if the shop has it, else as the shop wrote it."""
    return str(translations.get(language, {}).get(field) or original)
