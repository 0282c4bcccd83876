"""The masked ways to reach a member, and the same for somebody who is none. Pure.

An unknown person is shown ways of the same shape, and the same ones each time, so that nobody
can find out who is a member by asking.
"""

from collections.abc import Collection
from dataclasses import dataclass

from backend.customers.contacts import masked_email, masked_phone
from backend.customers.one_time_codes import keyed_hash

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class LookupChannel:
    """One way a code can be sent; `kind` is `sms` or `email`."""

    id: str
    kind: str
    masked: str


def member_channels(
    phone: str | None, email: str | None, kinds: Collection[str]
) -> tuple[LookupChannel, ...]:
    """The ways a member can be reached among the kinds of message that can be sent at all."""
    found = {"sms": phone and masked_phone(phone), "email": email and masked_email(email)}
    return _channels(found, kinds)


def decoy_channels(
    by: str, value: str, key: bytes, kinds: Collection[str]
) -> tuple[LookupChannel, ...]:
    """Ways to reach nobody. `by` is `member_no`, `phone` or `email`, `value` its normal form."""
    dice = bytes.fromhex(keyed_hash(key, "decoy", by, value))
    phone = value if by == "phone" else str(int.from_bytes(dice[:4]) % 10**4).zfill(4)
    email = value if by == "email" else f"{_letter(dice[4])}@{_letter(dice[5])}"
    possible = {
        "phone": [("sms",), ("sms", "email")],
        "email": [("email",), ("sms", "email")],
        "member_no": [("sms",), ("email",), ("sms", "email")],
    }[by]
    # Of ways that cannot be sent none would be left, which no member is ever shown.
    shapes = [shape for shape in possible if not set(kinds).isdisjoint(shape)]
    shape = shapes[dice[6] % len(shapes)]
    found = {
        "sms": masked_phone(phone) if "sms" in shape else None,
        "email": masked_email(email) if "email" in shape else None,
    }
    return _channels(found, kinds)


def _channels(found: dict[str, str | None], kinds: Collection[str]) -> tuple[LookupChannel, ...]:
    return tuple(
        LookupChannel(kind, kind, masked)
        for kind in ("sms", "email")
        if kind in kinds and (masked := found[kind])
    )


def _letter(number: int) -> str:
    return LETTERS[number % len(LETTERS)]
