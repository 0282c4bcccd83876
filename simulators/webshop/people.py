"""Who visits the demo's shop, and what they might ask: `demo.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel

Words = Mapping[str, str]
"""Language -> text."""


class Person(BaseModel):
    """A member of the demo shop; `about` says what they are good for."""

    id: str
    number: str
    name: Words
    about: Words


class Demo(BaseModel):
    """What belongs to one shop's data, and makes no sense with another's."""

    shop: str
    categories: Mapping[str, str]
    questions: Mapping[str, Sequence[str]]
    guest: Words
    people: Sequence[Person]

    def person(self, member_id: str) -> Person | None:
        """The member of this id, if it is one of them."""
        return next((each for each in self.people if each.id == member_id), None)


NOBODY = Demo(shop="", categories={}, questions={}, guest={}, people=())
"""For the data of any other shop."""


def load_demo() -> Demo:
    """Read `demo.yml`."""
    return Demo(**yaml.safe_load(Path(__file__).with_name("demo.yml").read_text("utf-8")))
