"""What a message holds besides words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.messages import inbound
from bot.messages.inbound import Inbound
from connectors.telegram.fields import Fields, degrees, integer, mapping, text

Head = dict[str, Any]

MEDIA = {
    # An animation comes with a document beside it, for old clients: it is looked for first.
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "voice": "audio",
    "audio": "audio",
    "document": "file",
}
_ABOUT = frozenset(
    {
        "update_id",
        "message_id",
        "message_thread_id",
        "from",
        "sender_chat",
        "date",
        "edit_date",
        "chat",
        "via_bot",
        "quote",
        "reply_to_message",
        "forward_origin",
        "media_group_id",
        "is_topic_message",
    }
)
"""Fields that say who, where and when."""


def kind_of(event: Fields) -> str:
    """The name of the first field that says what."""
    return next((key[:64] for key in event if key not in _ABOUT), "empty")


def content(head: Head, message: Fields) -> Inbound:
    """A message without text; `Unknown` for what there is no use for."""
    readers: tuple[Callable[[Head, Fields], Inbound | None], ...] = (
        _contact,
        _location,
        _sticker,
        _photo,
        _media,
    )
    for read in readers:
        found = read(head, message)
        if found is not None:
            return found
    return inbound.Unknown(**head, kind=kind_of(message))


def _contact(head: Head, message: Fields) -> Inbound | None:
    contact = mapping(message.get("contact"))
    phone = text(contact.get("phone_number"))
    if phone is None:
        return None
    owner, sender = integer(contact.get("user_id")), mapping(message.get("from")).get("id")
    # Anybody's card can be sent on: only the sender's own number is vouched for.
    own = owner is not None and owner == sender and not head["shared"]
    # Some clients leave the plus away; the number is international all the same.
    return inbound.Contact(**head, phone=phone if phone.startswith("+") else f"+{phone}", own=own)


def _location(head: Head, message: Fields) -> Inbound | None:
    venue = mapping(message.get("venue"))
    place = mapping(venue.get("location") or message.get("location"))
    lat, lng = degrees(place.get("latitude"), 90), degrees(place.get("longitude"), 180)
    if lat is None or lng is None:
        return None
    return inbound.Location(**head, lat=lat, lng=lng, label=text(venue.get("title")))


def _sticker(head: Head, message: Fields) -> Inbound | None:
    sticker = message.get("sticker")
    if not isinstance(sticker, dict):
        return None
    emoji = text(sticker.get("emoji"))
    return inbound.Sticker(**head, keywords=(emoji,) if emoji else ())


def _photo(head: Head, message: Fields) -> Inbound | None:
    """The same picture comes in several sizes; the largest is the one to keep."""
    sizes = message.get("photo")
    found = [mapping(size) for size in (sizes if isinstance(sizes, list) else ())]
    known = [size for size in found if text(size.get("file_id"))]
    if not known:
        return None
    largest = max(
        known, key=lambda s: (integer(s.get("width")) or 0) * (integer(s.get("height")) or 0)
    )
    caption = text(message.get("caption"))
    return inbound.Media(**head, media="image", ref=largest["file_id"], caption=caption)


def _media(head: Head, message: Fields) -> Inbound | None:
    for field, media in MEDIA.items():
        file = mapping(message.get(field))
        ref = text(file.get("file_id"))
        if ref is None:
            continue
        picture = field == "document" and (text(file.get("mime_type")) or "").startswith("image/")
        return inbound.Media(
            **head,
            media="image" if picture else media,
            ref=ref,
            name=text(file.get("file_name")),
            caption=text(message.get("caption")),
        )
    return None
