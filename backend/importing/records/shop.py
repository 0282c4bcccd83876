"""The document `shop.json`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from backend.importing.records.base import Count, Positive, Price, Record, Text


class Support(Record):
    """Where customers reach a person."""

    phone: Text | None = None
    email: Text | None = None
    hours: Text | None = None


class Fee(Record):
    """A shipping fee and when it applies."""

    condition: Text
    amount: Price


class Shipping(Record):
    """What shipping costs."""

    fees: list[Fee] = Field(default_factory=list)
    free_over: Price | None = None
    note: Text | None = None


class Returns(Record):
    """How long goods can be returned, and how."""

    days: Count
    conditions: Text | None = None


class PointsRules(Record):
    """What points are worth, and how they are earned."""

    yen_per_point: Annotated[float, Field(gt=0)] | None = None
    earn_rate: Annotated[float, Field(ge=0)] | None = None
    ranks: list[dict[str, Any]] = Field(default_factory=list)


class HoldRules(Record):
    """Who confirms a hold, how many days it lasts, how many a customer may have."""

    confirmation: Literal["instant", "store"] = "instant"
    days: Positive
    per_customer: Positive


class ShopRecord(Record):
    """The shop's own rules; one that is missing is not known."""

    name: Text
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] | None = None
    support: Support | None = None
    shipping: Shipping | None = None
    returns: Returns | None = None
    points: PointsRules | None = None
    payment_methods: list[Text] | None = None
    invoice_registration_no: Text | None = None
    holds: HoldRules | None = None
