"""What the operator decides about stored customers."""

from dataclasses import dataclass

from bot.customers.profile import Trust


@dataclass(frozen=True)
class StorageSettings:
    """`secret` seals backend sessions, `pulled` are channels whose customers fetch by cursor.

    `free` are channels where a reply on a customer's newest handle costs nothing, each handle once.
    `languages` are those spoken, the house's own first; `policy` is the trust each act needs.
    """

    secret: str
    pulled: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("ja", "en")
    policy: frozenset[tuple[str, Trust]] = frozenset()

    def language(self, locale: str | None) -> str:
        """The language to start with for a platform's locale, such as en-GB."""
        spoken = (locale or "").replace("_", "-").split("-")[0].lower()
        return spoken if spoken in self.languages else self.languages[0]
