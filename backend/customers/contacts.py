"""Contact data: one spelling for comparing, one masked spelling for showing. Pure."""

import unicodedata

import phonenumbers

HIDDEN = "•••"


def normal_phone(text: str, region: str = "JP") -> str | None:
    """The number in E.164 (`+819012345678`), or None if it cannot be a telephone number.

    `region` is the country assumed when no country code is given.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(text: str) -> str | None:
    """The address as it is compared: folded to half width, the domain in small letters.

    None if there is no one `@` with something on both sides.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    local, at, domain = folded.rpartition("@")
    if not at or not local or "@" in local or " " in folded or not domain.strip("."):
        return None
    return f"{local}@{domain.lower()}"


def normal_member_no(text: str) -> str:
    """The member number without spaces and hyphens, in capitals and half width."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def normal_order_no(text: str) -> str:
    """The order number in half width and capitals, without blanks, hyphens and a leading `#`."""
    return normal_member_no(text)


def digits_of(text: str) -> str:
    """The digits of a text, such as a postal code: `〒150-0001` is `1500001`."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdigit())


def normal_name(text: str) -> str:
    """A name as it is compared: no blanks, one width, one case, hiragana as katakana."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_katakana(sign) for sign in folded if not sign.isspace())


def _katakana(sign: str) -> str:
    return chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign


def masked_phone(phone: str) -> str:
    """A telephone number of which only the last four digits show: `•••-••••-5678`."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return f"•••-••••-{digits[-4:]}"


def masked_email(email: str) -> str:
    """An address of which the first letters show: `t•••@e•••`.

    The domain is hidden too, so that the masked address of nobody looks like any other.
    """
    local, _, domain = email.partition("@")
    return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}"


def masked_number(number: str) -> str:
    """A member number or coupon code of which only the last four signs show."""
    shown = number[-4:] if len(number) > 4 else number[-1:]
    return HIDDEN + shown
