"""What customers send: fetched by us, since a link to it would give the token away."""

from __future__ import annotations

from pathlib import PurePosixPath

import httpx
from telegram.error import BadRequest, TelegramError

from bot.channel import Fetched
from bot.errors import MediaRefused, Unavailable
from connectors.telegram.api import ANSWER_SECONDS, Api

KINDS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "pdf": "application/pdf",
}
"""What is taken, by the ending of the platform's file name; it sends no content type."""


async def fetch(api: Api, ref: str, largest: int) -> Fetched:
    """The file of this id. Raises `MediaRefused` or `Unavailable`, neither naming its address."""
    try:
        file = await api.get_file(ref)
    except BadRequest as fault:
        raise MediaRefused(fault.message) from None  # gone, no file of ours, or over 20 MB
    except TelegramError as fault:
        raise Unavailable(f"Telegram: {type(fault).__name__}") from None
    path = file.file_path or ""
    kind = KINDS.get(PurePosixPath(path).suffix.lower().removeprefix("."))
    if kind is None:
        raise MediaRefused("a file of a kind that is not taken")
    if (file.file_size or 0) > largest:
        raise MediaRefused(f"over {largest} bytes")
    try:
        return Fetched(await _download(path, largest), kind)
    except httpx.HTTPError as fault:
        raise Unavailable(f"Telegram: {type(fault).__name__}") from None


async def _download(address: str, largest: int) -> bytes:
    """At most so many bytes, whatever size was promised."""
    content = bytearray()
    async with (
        httpx.AsyncClient(timeout=ANSWER_SECONDS) as client,
        client.stream("GET", address) as answer,
    ):
        if answer.status_code in (400, 404, 410):
            raise MediaRefused("gone")
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > largest:
                raise MediaRefused(f"over {largest} bytes")
    return bytes(content)
