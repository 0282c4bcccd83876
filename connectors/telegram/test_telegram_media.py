"""Pictures and files customers send, and what the platform says of them."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from bot.errors import MediaRefused, Unavailable
from bot.messages import Account
from bot.messages.inbound import Media
from connectors.telegram import Telegram
from connectors.telegram.conftest import MakeChannel
from tests.support.telegram import TOKEN, Chat, Fault, Person, Platform, photo

PICTURE = b"\xff\xd8\xff" + b"x" * 5000


def sent(channel: Telegram, platform: Platform) -> Media:
    """The latest update, read."""
    [message] = channel.read(json.dumps(platform.updates.pending[-1]).encode())
    assert isinstance(message, Media)
    return message


async def test_the_largest_picture_is_fetched(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    platform.send(mori, photo(platform, PICTURE, "ここです"))
    message = sent(channel, platform)
    fetched = await channel.fetch_media(message.ref, largest=10_000)
    assert (fetched.content, fetched.content_type) == (PICTURE, "image/jpeg")
    assert message.caption == "ここです"


async def test_a_picture_over_the_limit_is_refused(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    platform.send(mori, photo(platform, PICTURE))
    with pytest.raises(MediaRefused):
        await channel.fetch_media(sent(channel, platform).ref, largest=5_000)


async def test_a_file_over_twenty_megabytes_is_refused(
    channel: Telegram, platform: Platform
) -> None:
    ref = platform.keep_file("documents/file_{number}.pdf", b"x" * (20 * 1024 * 1024 + 1))
    with pytest.raises(MediaRefused, match="too big"):
        await channel.fetch_media(ref, largest=10**9)


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.exe", "x"])
async def test_a_file_of_a_kind_nobody_expects_is_refused(
    name: str, channel: Telegram, platform: Platform
) -> None:
    ref = platform.keep_file(f"documents/{name}", b"<script>")
    with pytest.raises(MediaRefused, match="kind"):
        await channel.fetch_media(ref, largest=10**6)


async def test_a_file_that_is_gone_is_refused(channel: Telegram, platform: Platform) -> None:
    with pytest.raises(MediaRefused):
        await channel.fetch_media("AgACnone", largest=10**6)


@pytest.mark.parametrize("fault", [Fault("error"), Fault("rate limited", 3)])
async def test_a_fault_of_the_platform_is_for_later(
    fault: Fault, channel: Telegram, platform: Platform
) -> None:
    ref = platform.keep_file("photos/file_{number}.jpg", PICTURE)
    platform.faults.plan("getFile", fault)
    with pytest.raises(Unavailable):
        await channel.fetch_media(ref, largest=10**6)


async def test_what_goes_wrong_does_not_tell_the_token(
    make: MakeChannel, platform: Platform
) -> None:
    ref = platform.keep_file("photos/file_{number}.jpg", PICTURE)
    channel = make()
    told = []
    with capture_logs() as lines:
        for mode in ("down", "well"):
            platform.faults.mood = mode
            try:
                await channel.fetch_media(ref, largest=10)
            except (MediaRefused, Unavailable) as fault:
                told.append(f"{fault!r} {fault.__cause__!r} {fault.__suppress_context__}")
    assert len(told) == 2
    assert TOKEN not in f"{told}{lines}"


async def test_a_customers_name_is_the_one_telegram_shows(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    profile = await channel.profile(Account("telegram", str(chat.id)))
    assert profile is not None
    assert profile.display_name == "森 花子"
    assert profile.picture_url is None


async def test_nobody_is_harmed_by_a_profile_that_cannot_be_had(
    channel: Telegram, platform: Platform
) -> None:
    assert await channel.profile(Account("telegram", "31337")) is None
    platform.faults.mood = "down"
    assert await channel.profile(Account("telegram", "1001")) is None


async def test_who_just_wrote_is_known_without_asking(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    platform.send(mori, {"text": "こんにちは"})
    channel.read(json.dumps(platform.updates.pending[-1]).encode())
    profile = await channel.profile(Account("telegram", str(mori.id)))
    assert profile is not None
    assert (profile.display_name, profile.language) == ("森 花子", "ja")
    assert platform.calls == []
