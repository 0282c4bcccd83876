"""A Rasa server as engine: `POST /model/parse` of the HTTP API of Rasa 3.6."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence

import httpx
import numpy as np
from pydantic import BaseModel, Field, ValidationError

from bot.errors import Unavailable
from bot.nlu.classifier import OUT_OF_SCOPE, OUT_OF_SCOPE_LEAN, Floats
from bot.nlu.engine import Look
from bot.nlu.spans import Span
from bot.nlu.tokens import Token

LARGEST_ANSWER = 256 * 1024
"""Bytes of an answer; one with forty intents and every word listed has about 10 KiB."""
CONNECTIONS = 16
_FLOOR = 1e-4
"""The probability of an intent that Rasa does not rank."""


class _Ranked(BaseModel):
    name: str | None
    confidence: float = Field(ge=0, le=1.0001, allow_inf_nan=False)


class _Entity(BaseModel):
    entity: str = Field(min_length=1, max_length=64)
    start: int = Field(ge=0)
    end: int
    role: str | None = None


class _Parsed(BaseModel):
    intent_ranking: list[_Ranked] = Field(min_length=1, max_length=1000)
    entities: list[_Entity] = Field(default=[], max_length=1000)


class QueryToken(httpx.Auth):
    """The token in the query string, where Rasa wants it.

    It is read anew when the server refuses it: `make rasa` may have made it since.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._token = read()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask with the token that is known, and once more if there is another one by now."""
        plain = request.url
        request.url = plain.copy_set_param("token", self._token)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and self._renewed():
            request.url = plain.copy_set_param("token", self._token)
            yield request

    def _renewed(self) -> bool:
        known, self._token = self._token, self._read()
        return known != self._token


class Rasa:
    """Asks a Rasa server; `intents` are those of the training data, in the classifier's order."""

    name = "rasa"

    def __init__(self, http: httpx.AsyncClient, intents: Sequence[str]) -> None:
        self._http = http
        self._at = {intent: at for at, intent in enumerate(intents)}

    async def look(self, text: str, words: Sequence[Token]) -> Look:
        """Details and intents of a whole message. Raises `Unavailable`."""
        parsed = await self._parse(text)
        return Look(_spans(parsed, len(text)), self._odds(parsed))

    async def judge(self, texts: Sequence[str], margins: Sequence[Floats]) -> Sequence[Floats]:
        """The probability of each intent for parts of a message. Raises `Unavailable`."""
        parsed = await asyncio.gather(*map(self._parse, texts))
        return [self._odds(each) for each in parsed]

    async def check(self) -> None:
        """Raises `Unavailable`, saying why, unless the server understands a greeting."""
        await self._parse("こんにちは")

    async def _parse(self, text: str) -> _Parsed:
        try:
            async with self._http.stream("POST", "/model/parse", json={"text": text}) as response:
                if response.status_code != httpx.codes.OK:
                    raise Unavailable(f"HTTP {response.status_code}")
                return _Parsed.model_validate_json(await _body(response))
        except (httpx.HTTPError, OSError) as fault:  # OSError: a token that may not be read
            raise Unavailable(type(fault).__name__) from None
        except ValidationError as fault:
            # What is wrong quotes the answer, which quotes the customer: only where goes on.
            where = ".".join(str(step) for step in fault.errors(include_input=False)[0]["loc"])
            raise Unavailable(f"the answer is not Rasa's: {where or 'no JSON'}") from None

    def _odds(self, parsed: _Parsed) -> Floats:
        odds = np.full(len(self._at), _FLOOR, np.float32)
        for ranked in parsed.intent_ranking:
            if (at := self._at.get(ranked.name or "")) is not None:
                odds[at] = max(odds[at], ranked.confidence)
        if odds.max() <= _FLOOR:
            raise Unavailable("the answer ranks no intent of nlu_data")
        if (at := self._at.get(OUT_OF_SCOPE)) is not None:
            odds[at] *= np.exp(OUT_OF_SCOPE_LEAN)
        return np.asarray(odds / odds.sum(), dtype=np.float32)


async def _body(response: httpx.Response) -> bytes:
    body = b""
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise Unavailable(f"an answer of more than {LARGEST_ANSWER} bytes")
    return body


def _spans(parsed: _Parsed, length: int) -> list[Span]:
    """The details; overlapping ones are settled later, as with every engine."""
    if any(not each.start < each.end <= length for each in parsed.entities):
        raise Unavailable("the answer marks words that are not there")
    return [Span(each.entity, each.start, each.end, role=each.role) for each in parsed.entities]
