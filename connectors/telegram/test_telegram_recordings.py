"""What Telegram sends, recorded: every kind of update, and what each says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Account, inbound
from bot.messages.inbound import Inbound
from connectors import conformance
from connectors.conformance import Recording, Webhook
from connectors.telegram import Telegram, TelegramSettings

RECORDINGS = Path(__file__).parent / "recordings"
SECRET = "a-secret_of-the-tests"
NOW = datetime(2026, 11, 22, 3, 0, 0, 250_000, tzinfo=UTC)
PRIVATE = Account("telegram", "5551")
SUPERGROUP = Account("telegram", "-1001234567890")
GROUP = Account("telegram", "-987654321")
TOKEN_OF_TAP = "0123abcd.4567cdef.89abcdef0123"
CALLBACK = "callback:23840912384"


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


SENT = moment(1793000000)
CHANGED = moment(1793000100)
RECEIVED = NOW.replace(microsecond=0)


def made(kind: type[Any], **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **fields}


SAYS: dict[str, dict[str, Any] | None] = {
    "text": made(inbound.Text, text="梅田店に26cmはありますか🙂"),
    "text_in_english": made(inbound.Text, text="any in Umeda?", locale="en-GB"),
    "text_forwarded": made(inbound.Text, text="これです"),
    "start": made(inbound.Joined),
    "start_with_payload": made(inbound.Joined, start="k3J_-9"),
    "command": made(inbound.Text, text="ポイント残高を教えて"),
    "command_with_words": made(
        inbound.Text, text="I want to check stock Sora sneakers", locale="en"
    ),
    "command_unknown": made(inbound.Text, text="/dance now"),
    "edited_text": made(inbound.Text, text="27cmはありますか", at=moment(1793000030)),
    "edited_live_location": made(inbound.Unknown, kind_="edited_message"),
    "photo": made(inbound.Media, media="image", ref="AgAC1280", caption="ここが破れています"),
    "photo_in_album": made(inbound.Media, media="image", ref="AgAC1281"),
    "document": made(inbound.Media, media="file", ref="BQAC1", name="領収書.pdf"),
    "document_picture": made(
        inbound.Media, media="image", ref="BQAC2", name="IMG_1.png", caption="原寸"
    ),
    "voice": made(inbound.Media, media="audio", ref="BQAC3"),
    "audio": made(inbound.Media, media="audio", ref="BQAC4", name="song.mp3"),
    "video": made(inbound.Media, media="video", ref="BQAC5"),
    "video_note": made(inbound.Media, media="video", ref="BQAC6"),
    "animation": made(inbound.Media, media="video", ref="BQAC7", name="a.mp4"),
    "sticker": made(inbound.Sticker, keywords=("👍",)),
    "location": made(inbound.Location, lat=34.7025, lng=135.4959),
    "venue": made(inbound.Location, lat=34.7025, lng=135.4959, label="大阪駅"),
    "contact_own": made(inbound.Contact, phone="+819012345678", own=True),
    "contact_of_another": made(inbound.Contact, phone="+819087654321", own=False),
    "contact_without_account": made(inbound.Contact, phone="+81312345678", own=False),
    "dice": made(inbound.Unknown, kind_="dice"),
    "poll": made(inbound.Unknown, kind_="poll"),
    "tap": made(inbound.Tap, payload=TOKEN_OF_TAP, reply=CALLBACK, at=RECEIVED),
    "tap_on_inaccessible_message": made(
        inbound.Tap, payload=TOKEN_OF_TAP, reply=CALLBACK, at=RECEIVED
    ),
    "tap_in_group": made(
        inbound.Tap,
        payload="0123abcd.open.89abcdef0123",
        reply=CALLBACK,
        at=RECEIVED,
        account=SUPERGROUP,
    ),
    "tap_on_game": made(inbound.Unknown, kind_="callback_query", reply=CALLBACK, at=RECEIVED),
    "blocked": made(inbound.Left, at=CHANGED),
    "unblocked": made(inbound.Unknown, at=CHANGED, kind_="my_chat_member"),
    "added_to_group": made(inbound.Joined, at=CHANGED, account=GROUP),
    "removed_from_group": made(inbound.Left, at=CHANGED, account=GROUP),
    "restricted_in_group": made(
        inbound.Unknown, kind_="my_chat_member", at=CHANGED, account=SUPERGROUP
    ),
    "group_command": made(
        inbound.Text, text="在庫を調べたい ソラ", account=SUPERGROUP, reply="message"
    ),
    "group_command_for_another_bot": None,
    "group_mention": made(
        inbound.Text, text="梅田店は何時まで？", account=SUPERGROUP, reply="message"
    ),
    "group_reply_to_us": made(inbound.Text, text="26cm", account=SUPERGROUP, reply="message"),
    "group_chatter": None,
    "group_photo_for_us": made(
        inbound.Media,
        media="image",
        ref="AgAC92",
        caption="@soyogi_bot これはありますか",
        account=SUPERGROUP,
        reply="message",
    ),
    "group_contact": made(
        inbound.Contact, phone="+819012345678", own=False, account=SUPERGROUP, reply="message"
    ),
    "group_migrated": made(inbound.Migrated, account=SUPERGROUP, former=GROUP.user),
    "supergroup_migrated": made(
        inbound.Migrated, account=SUPERGROUP, former=GROUP.user, locale=None
    ),
    "group_new_member": None,
    "bot_in_group": None,
    "channel_post": None,
    "edited_channel_post": None,
    "business_message": None,
    "inline_query": made(inbound.Unknown, kind_="inline_query", at=RECEIVED),
    "chat_member": made(inbound.Unknown, kind_="chat_member", at=CHANGED, account=SUPERGROUP),
    "message_reaction": made(inbound.Unknown, kind_="message_reaction", locale=None),
    "poll_closed": None,
    "chat_join_request": made(inbound.Unknown, kind_="chat_join_request", account=SUPERGROUP),
    "chat_boost": made(
        inbound.Unknown, kind_="chat_boost", account=SUPERGROUP, locale=None, at=RECEIVED
    ),
    "removed_chat_boost": made(
        inbound.Unknown, kind_="removed_chat_boost", account=SUPERGROUP, locale=None, at=RECEIVED
    ),
    "message_reaction_count": made(
        inbound.Unknown, kind_="message_reaction_count", account=SUPERGROUP, locale=None
    ),
    "business_connection": None,
    "edited_business_message": None,
    "deleted_business_messages": None,
    "guest_message": None,
    "poll_answer": None,
    "chosen_inline_result": made(inbound.Unknown, kind_="chosen_inline_result", at=RECEIVED),
    "purchased_paid_media": made(inbound.Unknown, kind_="purchased_paid_media", at=RECEIVED),
    "managed_bot": None,
    "shipping_query": made(inbound.Unknown, kind_="shipping_query", at=RECEIVED),
    "pre_checkout_query": made(inbound.Unknown, kind_="pre_checkout_query", at=RECEIVED),
    "kind_of_tomorrow": made(inbound.Unknown, kind_="hologram"),
}


def channel() -> Telegram:
    settings = TelegramSettings(token="4242:abc", secret=SECRET)
    telegram = Telegram(settings, database=None, now=lambda: NOW)
    telegram.myself.username = "soyogi_bot"
    return telegram


def payload(name: str) -> bytes:
    return (RECORDINGS / f"{name}.json").read_bytes()


def says(name: str) -> tuple[Inbound, ...]:
    fields = SAYS[name]
    if fields is None:
        return ()
    update = json.loads(payload(name))
    account = fields.get("account", PRIVATE)
    common = {
        "id": f"4242:{update['update_id']}",
        "account": account,
        "at": SENT,
        "locale": "ja",
        "shared": account is not PRIVATE,
    }
    given = {**common, **fields}
    if given.get("reply") == "message":
        given["reply"] = f"message:{account.user}:{update['message']['message_id']}"
    kind = given.pop("kind")
    if "kind_" in given:
        given["kind"] = given.pop("kind_")
    message: Inbound = kind(**given)
    return (message,)


WEBHOOK = Webhook(
    channel(),
    lambda body: {"X-Telegram-Bot-Api-Secret-Token": SECRET},
    [Recording(payload(name), says(name)) for name in SAYS],
)


def test_every_recording_is_looked_at() -> None:
    assert {path.stem for path in RECORDINGS.glob("*.json")} == SAYS.keys()


@pytest.mark.parametrize("name", SAYS)
def test_an_update_says_what_it_says(name: str) -> None:
    assert tuple(channel().read(payload(name))) == says(name)


@pytest.mark.parametrize("check", conformance.WEBHOOK_CHECKS)
def test_it_has_a_webhook(check: conformance.WebhookCheck) -> None:
    check(WEBHOOK)
