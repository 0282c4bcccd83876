"""The JSON forms that many objects share."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from backend.clock import in_tokyo

Item = TypeVar("Item")


class Body(BaseModel):
    """A request's body: a field the contract does not know is an error."""

    model_config = ConfigDict(extra="forbid")


Moment = Annotated[
    datetime, PlainSerializer(lambda moment: in_tokyo(moment).isoformat(), return_type=str)
]
"""A moment, written as RFC 3339 with Asia/Tokyo's offset and whole seconds."""


class Money(BaseModel):
    """An amount in integer minor units of its currency (ISO 4217); JPY has no decimals."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    amount: int


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` None says that it is the last."""

    items: list[Item]
    next_cursor: str | None = None
