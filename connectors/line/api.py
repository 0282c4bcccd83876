"""Calls of the Messaging API, over line-bot-sdk.

The SDK is loaded on first use: it takes a second. Hot calls go through its `call_api` with plain
dicts and a session of our own (docs/decisions says why); rare ones through its typed methods.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import structlog

log = structlog.get_logger(__name__)

API = "https://api.line.me"
DATA_API = "https://api-data.line.me"
CALL_SECONDS = 8.0
MEDIA_SECONDS = 30.0
CONNECTIONS = 200
CHUNK = 64 * 1024
T = TypeVar("T")


class LineRefused(Exception):
    """LINE answered, and not with a success; `accepted` when it had taken the same call before."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str]) -> None:
        told = _json(body)
        self.status = status
        self.message = str(told.get("message", ""))
        self.details = told.get("details")
        self.accepted = status == 409
        self.retry_after = _seconds(headers.get("Retry-After"))
        self.request_id = headers.get("x-line-request-id")
        super().__init__(f"{status} {self.message}")


class LineSilent(Exception):
    """LINE did not answer; `sent` when it may have done what it was asked all the same."""

    def __init__(self, fault: str, *, sent: bool) -> None:
        self.sent = sent
        super().__init__(fault)


class Api:
    """LINE's two hosts, for one channel access token; a call may take `seconds`.

    Closed, it opens again when it is used.
    """

    def __init__(
        self,
        token: str,
        base: str | None = None,
        data_base: str | None = None,
        *,
        seconds: float = CALL_SECONDS,
    ) -> None:
        self._token = token
        self._seconds = seconds
        self._hosts = (base or API, data_base or DATA_API)
        self._clients: tuple[Any, Any] | None = None
        self._opening = asyncio.Lock()

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        **ids: str,
    ) -> Any:
        """One call with plain JSON; what it answers. Raises `LineRefused` and `LineSilent`.

        `ids` fill the braces of `path`, and stay out of the log: they stand for people.
        """
        client, _ = self._clients or await self.open()
        with_headers = {"Accept": "application/json", **(headers or {})}
        return await _answered(
            path,
            client.call_api(
                path,
                method,
                path_params=ids,
                header_params=with_headers,
                body=body,
                response_types_map={str(status): "object" for status in (200, 202)},
                _request_timeout=aiohttp.ClientTimeout(total=seconds or self._seconds),
            ),
        )

    async def ask(self, work: Callable[[Any], Awaitable[T]], *, seconds: float | None = None) -> T:
        """A rare call through the SDK's `AsyncMessagingApi`. Raises as `call` does."""
        client, _ = await self.open()
        # The SDK's own limit is five minutes.
        return await _plain(
            asyncio.wait_for(work(sdk().AsyncMessagingApi(client)), seconds or self._seconds)
        )

    async def ask_blob(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """The same through its `AsyncMessagingApiBlob`, on the host for large bodies."""
        _, client = await self.open()
        asked = work(sdk().AsyncMessagingApiBlob(client))
        return await _plain(asyncio.wait_for(asked, MEDIA_SECONDS))

    @asynccontextmanager
    async def download(self, path: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """A large answer, read bit by bit. Raises `LineRefused` and `LineSilent`."""
        _, client = await self.open()
        try:
            # The SDK's own call reads everything before anybody can say that it is too much.
            response = await client.rest_client.pool_manager.get(
                client.configuration.host + path,
                headers=client.default_headers,
                timeout=aiohttp.ClientTimeout(total=MEDIA_SECONDS),
                proxy=client.rest_client.proxy,
            )
            async with response:
                if response.status != 200:
                    raise LineRefused(response.status, await response.read(), response.headers)
                yield response
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise LineSilent(type(fault).__name__, sent=False) from fault

    async def open(self) -> tuple[Any, Any]:
        """The SDK's clients: for calls, and for large bodies."""
        async with self._opening:
            if self._clients is None:
                await asyncio.to_thread(importlib.import_module, "linebot.v3.messaging")
                api, data = self._hosts
                self._clients = (
                    await _client(self._token, api),
                    await _client(self._token, data),
                )
            return self._clients

    async def close(self) -> None:
        """Close the connections."""
        clients, self._clients = self._clients or (), None
        for client in clients:
            await client.close()


async def _client(token: str, host: str) -> Any:
    """A client of the SDK whose session does not look for proxies and passwords at every call."""
    configuration = sdk().Configuration(host=host, access_token=token)
    parts = urlsplit(host)
    if parts.hostname and not proxy_bypass(parts.hostname):
        configuration.proxy = getproxies().get(parts.scheme)
    client = sdk().AsyncApiClient(configuration)
    await client.rest_client.pool_manager.close()
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    client.rest_client.pool_manager = aiohttp.ClientSession(connector=connector)
    return client


def sdk() -> Any:
    """The SDK, loaded by the first call: nobody waits for it before."""
    return importlib.import_module("linebot.v3.messaging")


async def _answered(path: str, call: Awaitable[Any]) -> Any:
    """What a call answers. LINE's support asks for the request id of each."""
    try:
        answer = await _plain(call)
    except LineRefused as refusal:
        log.warning(
            "line.refused",
            path=path,
            status=refusal.status,
            message=refusal.message,
            details=refusal.details,
            request_id=refusal.request_id,
        )
        raise
    except LineSilent as silence:
        log.warning("line.silent", path=path, fault=str(silence))
        raise
    request_id = answer.headers.get("x-line-request-id")
    log.info("line.call", path=path, status=answer.status_code, request_id=request_id)
    return answer.data


async def _plain(call: Awaitable[T]) -> T:
    """The SDK's many ways to fail, as our two."""
    try:
        return await call
    except sdk().ApiException as refusal:
        raise LineRefused(refusal.status, refusal.body, refusal.headers or {}) from refusal
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        never_there = isinstance(fault, aiohttp.ClientConnectorError)
        raise LineSilent(type(fault).__name__, sent=not never_there) from fault


def _json(body: object) -> Mapping[str, Any]:
    if not isinstance(body, str | bytes):
        return {}
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(value: str | None) -> float | None:
    """A `Retry-After` in seconds; None where there is none, or where it is a date."""
    return float(value) if value and value.isascii() and value.isdigit() else None
