"""Pictures, films, sounds and files that customers send."""

from __future__ import annotations

from urllib.parse import quote

from bot.channel import Fetched
from bot.errors import MediaRefused, Unavailable
from connectors.line.api import CHUNK, Api, LineRefused, LineSilent

TAKEN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "video/mp4",
        "video/quicktime",
        "audio/mpeg",
        "audio/mp4",
        "audio/m4a",
        "audio/x-m4a",
        "audio/aac",
        "application/pdf",
    }
)
"""What staff can look at without running anything."""


async def fetch(api: Api, ref: str, largest: int) -> Fetched:
    """The content of a message, up to `largest` bytes.

    Raises `MediaRefused` when it is too large, of no kind that is taken, unknown or taken back,
    and `Unavailable` while LINE is still preparing it or does not answer.
    https://developers.line.biz/en/reference/messaging-api/#get-content
    """
    try:
        async with api.download(f"/v2/bot/message/{quote(ref, safe='')}/content") as response:
            kind = response.content_type
            if kind not in TAKEN:
                raise MediaRefused(f"{kind} is not taken")
            if (response.content_length or 0) > largest:
                raise MediaRefused(f"over {largest} bytes")
            content = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                content += chunk
                if len(content) > largest:
                    raise MediaRefused(f"over {largest} bytes")
            return Fetched(bytes(content), kind)
    except LineRefused as refusal:
        # 202: LINE has it and is not ready; 401 and 429 are ours to mend.
        if refusal.status in (202, 401, 408, 429) or refusal.status >= 500:
            raise Unavailable(str(refusal)) from refusal
        raise MediaRefused(str(refusal)) from refusal
    except LineSilent as fault:
        raise Unavailable(str(fault)) from fault
