"""What can go wrong, as the bot sees it.

MadoguchiError
├── Misconfigured          the operator can mend it; every fault listed at once
├── BadPayload             a platform or client sent what is not the agreed shape
├── TooMany                a rate limit; carries when to come back
├── UnknownMember          a channel vouches for a member the shop does not have
├── MediaRefused           a picture or file cannot be taken: too large, gone, or of a wrong kind
└── Fault                  a door did not answer as promised
    ├── Unavailable        down, slow or refusing: asking again later may help
    ├── OutcomeUnknown     an effect may or may not have happened: reconcile by its key
    └── ProofExpired       the customer has to prove who they are again
"""

from __future__ import annotations

from collections.abc import Sequence


class MadoguchiError(Exception):
    """Something Madoguchi knows how to name."""


class Misconfigured(MadoguchiError):
    """Settings are wrong or missing."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


class BadPayload(MadoguchiError):
    """This is not the shape that was agreed."""


class TooMany(MadoguchiError):
    """Too many messages in too short a time."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"try again in {retry_after:.0f} s")


class UnknownMember(MadoguchiError):
    """The shop has no such member."""


class NoSuchTalk(MadoguchiError):
    """There is no such conversation, or none this staff member may see."""


class Unreachable(MadoguchiError):
    """The customer has blocked us, or has no channel left to be written to on."""


class NotYours(MadoguchiError):
    """Another staff member has this talk, or nobody does; `owner` is who, "" for nobody.

    `talk` is the conversation it is part of now, where that is known.
    """

    def __init__(self, owner: str = "", talk: str = "") -> None:
        self.owner = owner
        self.talk = talk
        super().__init__("this talk is not yours")


class MediaRefused(MadoguchiError):
    """What the customer sent cannot be taken."""


class Fault(MadoguchiError):
    """A door did not answer as promised."""


class Unavailable(Fault):
    """The system behind the door is down, slow, or answers nonsense."""


class OutcomeUnknown(Fault):
    """The effect may or may not have happened."""


class ProofExpired(Fault):
    """The backend wants the customer proven anew before it answers."""
