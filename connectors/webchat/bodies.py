"""The shapes of what the browser sends."""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from connectors.webchat.problems import Problem, invalid_body

MAX_BODY_BYTES = 1024 * 1024
MAX_TEXT = 10_000


def _storable(text: str) -> str:
    # PostgreSQL cannot store U+0000, and to a reader it means nothing.
    return text.replace("\x00", "\ufffd")


Words = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_storable)]
Identity = Annotated[str, Field(min_length=1, max_length=8192)]


class _Shape(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        # A fault must not carry the customer's words into a log.
        hide_input_in_errors=True,
    )


class NewSession(_Shape):
    """`locale` is a BCP 47 tag, `identity` a JWT."""

    locale: Annotated[
        str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$")
    ] | (None) = None
    identity: Identity | None = None


class Point(_Shape):
    """Degrees (WGS 84)."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lng: Annotated[float, Field(ge=-180, le=180)]


class NewMessage(_Shape):
    """Exactly one kind of content; the `client_id` names it for good.

    `link` is a code from another channel that a link brought along.
    """

    client_id: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]
    text: Words | None = None
    tap: Words | None = None
    location: Point | None = None
    link: Annotated[str, Field(pattern=r"^[0-9]{8}$")] | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        contents = (self.text, self.tap, self.location, self.link)
        if sum(given is not None for given in contents) != 1:
            raise PydanticCustomError("one_content", "exactly one of text, tap, location, link")
        return self


class NewIdentity(_Shape):
    """`identity` is a JWT."""

    identity: Identity


class Onwards(_Shape):
    """The channel to go on in."""

    channel: Annotated[str, Field(min_length=1, max_length=32)]


Shape = TypeVar("Shape", bound=_Shape)


async def read(request: Request, shape: type[Shape], *, absent: bytes = b"") -> Shape:
    """The body of a request; `absent` stands for an empty one.

    Raises Problem too-large over 1 MiB, invalid-request when it is not that shape.
    """
    body = await _bounded(request)
    try:
        return shape.model_validate_json(body or absent)
    except ValidationError as error:
        raise invalid_body(error) from None


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Problem("too-large")
    return bytes(body)
