"""JAN codes and their check digit. Pure."""

import unicodedata

from backend.conventions.problems import invalid

_LENGTHS = (8, 12, 13)


def check_jan(text: str) -> list[str]:
    """The spellings under which a code may be stored: 12 digits are 13 with a leading 0.

    Full-width digits and hyphens are read, too. Raises Problem (invalid-request) unless there
    are 8, 12 or 13 digits with the right check digit.
    """
    code = unicodedata.normalize("NFKC", text).replace("-", "").replace(" ", "")
    if len(code) not in _LENGTHS or not (code.isascii() and code.isdigit()):
        raise invalid("/jan", "digits", "8, 12 or 13 digits")
    if check_digit(code[:-1]) != int(code[-1]):
        raise invalid("/jan", "check-digit")
    if len(code) == 12:
        return [code, "0" + code]
    return [code, code[1:]] if len(code) == 13 and code.startswith("0") else [code]


def check_digit(digits: str) -> int:
    """The digit that follows these: weights 3 and 1 in turn, from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -total % 10
