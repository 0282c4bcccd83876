"""What all records of the import folder share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)]
Positive = Annotated[int, Field(ge=1, le=2_000_000_000)]


class Record(BaseModel):
    """A record: no field it does not know, and no value of another type than asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Price(Record):
    """An amount in integer minor units of its currency (ISO 4217)."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    amount: int = Field(ge=0, le=10**15)
