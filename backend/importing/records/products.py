"""Lines of `products.jsonl` and `stock.jsonl`."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from backend.importing.moments import ImportDay, ImportMoment
from backend.importing.records.base import Count, Id, Price, Record, Text


def _as_text(value: Any) -> Any:
    # null stays itself, and so a fault: what is not known is left out.
    return (
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )


Fact = Annotated[Text, BeforeValidator(_as_text)]
"""Text; any other JSON value is kept as it is written in JSON."""


class ProductWords(Record):
    """A product's texts in another language."""

    name: Text
    description: Text | None = None


class Rating(Record):
    """What customers thought of it."""

    average: float
    count: Count
    as_of: ImportMoment | None = None


class VariantRecord(Record):
    """One sellable piece."""

    id: Id
    sku: Text
    jan: Annotated[str, StringConstraints(pattern=r"^\d{8,14}$")] | None = None
    options: dict[str, Text] = Field(default_factory=dict)
    price: Price
    list_price: Price | None = None
    sale_ends_at: ImportMoment | None = None
    status: Literal["active", "discontinued", "preorder"]

    @model_validator(mode="after")
    def _prices_are_in_one_currency(self) -> Self:
        if self.list_price is not None and self.list_price.currency != self.price.currency:
            raise ValueError("list_price is in another currency than price")
        return self


class ProductRecord(Record):
    """A product with its variants."""

    id: Id
    name: Text
    name_kana: Text | None = None
    aliases: list[Text] = Field(default_factory=list)
    translations: dict[str, ProductWords] = Field(default_factory=dict)
    category: Text
    brand: Text | None = None
    description: Text | None = None
    facts: dict[str, Fact] = Field(default_factory=dict)
    url: Text | None = None
    rating: Rating | None = None
    option_axes: list[Text]
    image_url: Text | None = None
    variants: list[VariantRecord] = Field(min_length=1)

    @model_validator(mode="after")
    def _options_are_on_known_axes(self) -> Self:
        if len(set(self.option_axes)) != len(self.option_axes):
            raise ValueError("option_axes names an axis twice")
        for variant in self.variants:
            unknown = variant.options.keys() - set(self.option_axes)
            if unknown:
                raise ValueError(
                    f"variant {variant.id} has options on axes that option_axes does not name: "
                    + ", ".join(sorted(unknown))
                )
        return self


class Incoming(Record):
    """Pieces on their way."""

    quantity: Count
    expected_on: ImportDay | None = None


class StockRecord(Record):
    """How many pieces lie where; no store is the web shop, `on_hand` null is unknown."""

    variant_id: Id
    store_id: Id | None
    on_hand: Annotated[int, Field(ge=-2_000_000_000, le=2_000_000_000)] | None
    reserved: Count = 0
    incoming: Incoming | None = None
    as_of: ImportMoment
