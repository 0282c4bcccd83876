"""`channels check` and `channels setup`: what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.channel import Finding
from connectors.telegram.conftest import NOW, MakeChannel
from tests.support.telegram import SECRET, Fault, Platform, Webhook

ADDRESS = "https://shop.example/webhooks/telegram"


def wrong(findings: Sequence[Finding]) -> str:
    """What is wrong, each with its remedy."""
    assert all(found.ok or found.mend for found in findings)
    return "\n".join(f"{found.what}: {found.mend}" for found in findings if not found.ok)


async def test_after_setting_up_nothing_is_wrong(make: MakeChannel, platform: Platform) -> None:
    channel = make(address=ADDRESS)
    assert not wrong(await channel.setup())
    webhook = platform.updates.webhook
    assert webhook is not None
    assert (webhook.url, webhook.secret) == (ADDRESS, SECRET)
    assert not wrong(await channel.check())
    assert {call.status for call in platform.calls} == {200}


async def test_the_menu_speaks_both_languages(make: MakeChannel, platform: Platform) -> None:
    await make(address=ADDRESS).setup()
    bot = platform.bot
    menus = {language: [c["command"] for c in menu] for language, menu in bot.commands.items()}
    assert menus["ja"] == menus["en"] == menus[""]
    assert "stock" in menus["ja"]
    assert bot.commands["ja"] != bot.commands["en"] == bot.commands[""]
    assert "窓口" in bot.description["ja"]
    assert "counter" in bot.short_description["en"]


async def test_a_retailer_with_one_language_has_one_menu(
    make: MakeChannel, platform: Platform
) -> None:
    await make(address=ADDRESS, languages=("ja",)).setup()
    assert platform.bot.commands.keys() == {"ja", ""}
    assert platform.bot.commands[""] == platform.bot.commands["ja"]


async def test_checking_changes_nothing(make: MakeChannel, platform: Platform) -> None:
    found = wrong(await make(address=ADDRESS).check())
    assert "the webhook is not set" in found
    assert "channels setup" in found
    reading = {"getMe", "getWebhookInfo", "getMyCommands"}
    assert {call.method for call in platform.calls} == reading


async def test_a_webhook_elsewhere_is_told(make: MakeChannel, platform: Platform) -> None:
    platform.updates.set_webhook(Webhook("https://elsewhere.example/hook"))
    assert "elsewhere.example" in wrong(await make(address=ADDRESS).check())
    assert "a webhook is set at" in wrong(await make(polling=True).check())


async def test_calls_that_fail_are_told(make: MakeChannel, platform: Platform) -> None:
    channel = make(address=ADDRESS, now=lambda: NOW)
    await channel.setup()
    webhook = platform.updates.webhook
    assert webhook is not None
    webhook.error = (int(NOW.timestamp()) - 60, "Connection refused")
    assert "Connection refused" in wrong(await channel.check())


async def test_what_failed_long_ago_is_told_and_is_not_wrong(
    make: MakeChannel, platform: Platform
) -> None:
    channel = make(address=ADDRESS, now=lambda: NOW)
    await channel.setup()
    webhook = platform.updates.webhook
    assert webhook is not None
    webhook.error = (int(NOW.timestamp()) - 660, "Connection refused")
    findings = await channel.check()
    assert not wrong(findings)
    assert "2026-11-22 02:49 UTC: Connection refused; none since" in "\n".join(
        found.what for found in findings
    )


async def test_a_menu_that_is_missing_or_another_one_is_told(
    make: MakeChannel, platform: Platform
) -> None:
    channel = make(address=ADDRESS)
    await channel.setup()
    del platform.bot.commands["ja"]
    platform.bot.commands["en"] = platform.bot.commands["en"][1:]
    found = wrong(await channel.check())
    assert "(ja) is not installed: run `madoguchi channels setup`" in found
    assert "(en) is another one: run `madoguchi channels setup`" in found
    assert "other languages" not in found
    await channel.setup()
    assert not wrong(await channel.check())


@pytest.mark.parametrize(
    "address", ["http://shop.example/webhooks/telegram", "https://shop.example:9000/x"]
)
async def test_an_address_telegram_does_not_call_is_told(
    address: str, make: MakeChannel, platform: Platform
) -> None:
    platform.lenient = False
    channel = make(address=address)
    assert "Bad webhook" in wrong(await channel.setup())
    assert "does not call" in wrong(await channel.check())


async def test_without_a_public_address_there_is_nowhere_to_call(make: MakeChannel) -> None:
    channel = make()
    for findings in (await channel.setup(), await channel.check()):
        assert "MADOGUCHI_PUBLIC_URL" in wrong(findings)


async def test_for_polling_the_webhook_is_removed(make: MakeChannel, platform: Platform) -> None:
    platform.updates.set_webhook(Webhook("https://elsewhere.example/hook"))
    channel = make(polling=True)
    assert not wrong(await channel.setup())
    assert platform.updates.webhook is None
    assert not wrong(await channel.check())


async def test_a_wrong_token_is_told(make: MakeChannel) -> None:
    channel = make(token="4242:another", address=ADDRESS)
    for findings in (await channel.check(), await channel.setup()):
        told = wrong(findings)
        assert "MADOGUCHI_TELEGRAM_TOKEN" in told
        assert "another" not in told


async def test_a_platform_that_is_down_is_told(make: MakeChannel, platform: Platform) -> None:
    platform.faults.mood = "down"
    assert "does not answer" in wrong(await make(address=ADDRESS).check())
    platform.faults.mood = "well"
    platform.faults.plan("setMyCommands", Fault("error"))
    findings = await make(address=ADDRESS).setup()
    assert sum(not found.ok for found in findings) == 1


async def test_an_invitation_opens_the_chat_with_a_code(
    make: MakeChannel, platform: Platform
) -> None:
    channel = make()
    assert await channel.invitation("k3J_-9") == "https://t.me/madoguchi_demo_bot?start=k3J_-9"
    assert await channel.invitation("not a code") is None
    platform.faults.mood = "down"
    assert await make().invitation("k3J_-9") is None
