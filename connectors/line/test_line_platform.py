"""What else LINE is asked: courtesies, profiles, media, links, and whether all is set up."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.channel import Envelope, Sent
from bot.errors import MediaRefused, Unavailable
from bot.messages import Account, inbound, outbound
from bot.messages.inbound import Inbound
from connectors.line import richmenu
from connectors.line.channel import Line
from connectors.line.conftest import Connect
from simulators.line import LineSimulator, rules
from simulators.line.phone import link, photo
from simulators.line.platform import BOT_ID
from simulators.line.webhook import signature
from tests.support.line import SECRET, until

CONTENT = "/v2/bot/message/"
PUBLIC = "https://bot.shop.example"


def heard(simulator: LineSimulator, line: Line) -> Inbound:
    [message] = line.read(json.dumps({"events": simulator.webhook.waiting[-1:]}).encode())
    return message


async def test_the_platform_of_the_tests_posts_what_the_sdk_knows(
    simulator: LineSimulator,
) -> None:
    phone, group = simulator.phone("花子"), simulator.group("家族")
    await phone.follow()
    shown = await phone.write("在庫ありますか")
    await phone.pick("day", date="2026-11-25")
    await phone.share_location(35.6, 139.7, "渋谷駅", "東京都渋谷区")
    await phone.send_sticker()
    await phone.send_picture(photo())
    await group.mention("在庫ありますか")
    await phone.unsend(shown["message"]["id"])
    await phone.block()
    token = simulator.platform.link_token(phone.chat.id)
    assert await link(simulator.platform, simulator.webhook, token, "a nonce of the shop")
    assert await link(simulator.platform, simulator.webhook, token, "a nonce of the shop") is None
    events = simulator.webhook.waiting
    body = json.dumps({"destination": BOT_ID, "events": events})
    parser = importlib.import_module("linebot.v3").WebhookParser(SECRET)
    read = parser.parse(body, signature(SECRET, body.encode()))
    assert len(read) == 10
    assert "UnknownEvent" not in {type(event).__name__ for event in read}


# Courtesies ----------------------------------------------------------------------------------


async def test_a_message_is_marked_as_read_and_an_answer_is_seen_coming(
    simulator: LineSimulator, line: Line
) -> None:
    phone = simulator.phone("花子")
    await phone.write("在庫ありますか")
    await line.typing(heard(simulator, line))
    await until(lambda: phone.state()["loading"] and phone.state()["read_up_to"])
    assert phone.state()["read_up_to"] == phone.chat.messages[-1]["id"]


async def test_an_answer_marks_as_read_what_it_answers_once(
    simulator: LineSimulator, line: Line
) -> None:
    phone = simulator.phone("花子")
    await phone.write("在庫ありますか")
    message = heard(simulator, line)
    await line.typing(message)
    for number in range(2):
        content = outbound.Text("ございます")
        envelope = Envelope(
            str(number), message.account, "bot", content, message.at, reply=message.reply
        )
        assert await line.send([envelope]) == [Sent(str(number))]
    await until(lambda: phone.state()["read_up_to"])
    await line.close()
    assert len(simulator.calls("/v2/bot/chat/markAsRead")) == 1


async def test_a_group_has_no_animation(simulator: LineSimulator, line: Line) -> None:
    await simulator.group("家族").mention("在庫ありますか")
    await line.typing(heard(simulator, line))
    await until(lambda: simulator.calls("/v2/bot/chat/markAsRead"))
    assert simulator.calls("/v2/bot/chat/loading/start") == []


async def test_courtesies_keep_nobody_waiting_and_never_fail(
    simulator: LineSimulator, line: Line
) -> None:
    await simulator.phone("花子").write("在庫ありますか")
    simulator.mischief.play("lost before", "/v2/bot/chat/", times=2)
    typing = asyncio.create_task(line.typing(heard(simulator, line)))
    await asyncio.sleep(0)
    assert typing.done(), "not even until the next call"
    await line.close()


async def test_a_profile_says_name_and_language(simulator: LineSimulator, line: Line) -> None:
    phone = simulator.phone("花子")
    account = Account("line", phone.chat.id)
    profile = await line.profile(account)
    assert profile is not None
    assert (profile.display_name, profile.language) == ("花子", "ja")
    await phone.block()
    assert await line.profile(account) is None
    assert await line.profile(Account("line", simulator.group("家族").chat.id)) is None
    simulator.mischief.play("failing", "/v2/bot/profile")
    assert await line.profile(account) is None


# Media ---------------------------------------------------------------------------------------


async def sent_picture(
    simulator: LineSimulator, line: Line, data: bytes, kind: str = "image/jpeg", not_ready: int = 0
) -> str:
    await simulator.phone("花子").send_picture(data, kind, not_ready=not_ready)
    message = heard(simulator, line)
    assert isinstance(message, inbound.Media)
    return message.ref


async def test_a_picture_is_fetched_once_line_is_ready(
    simulator: LineSimulator, line: Line
) -> None:
    data = photo()
    ref = await sent_picture(simulator, line, data, not_ready=1)
    with pytest.raises(Unavailable):
        await line.fetch_media(ref, largest=10_000)
    fetched = await line.fetch_media(ref, largest=len(data))
    assert (fetched.content, fetched.content_type) == (data, "image/jpeg")


async def test_what_is_too_large_gone_or_of_no_known_kind_is_refused(
    simulator: LineSimulator, line: Line
) -> None:
    large = await sent_picture(simulator, line, photo())
    page = await sent_picture(simulator, line, b"<script>", "text/html")
    unsent = await sent_picture(simulator, line, photo())
    await simulator.phone("花子").unsend(unsent)
    for ref, largest in ((large, 100), (page, 9999), (unsent, 9999), ("1", 9999), ("../x", 9999)):
        with pytest.raises(MediaRefused):
            await line.fetch_media(ref, largest=largest)


@pytest.mark.parametrize("how", ["failing", "lost before", "rate limited"])
async def test_what_line_does_not_give_now_may_be_asked_for_again(
    simulator: LineSimulator, connected: Connect, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    line = connected()
    ref = await sent_picture(simulator, line, photo())
    simulator.mischief.play(how, CONTENT)  # type: ignore[arg-type]
    with monkeypatch.context() as impatient:
        impatient.setattr("connectors.line.api.MEDIA_SECONDS", 0.5)
        with pytest.raises(Unavailable):
            await line.fetch_media(ref, largest=9999)
    assert (await line.fetch_media(ref, largest=9999)).content


# Links ---------------------------------------------------------------------------------------


async def test_an_invitation_opens_the_talk_with_the_code_written(
    simulator: LineSimulator, line: Line
) -> None:
    url = await line.invitation("12345678")
    assert url is not None
    assert url.startswith("https://line.me/R/oaMessage/%40000madog/?")
    assert unquote(url.partition("?")[2]) == "連携コード 12345678"
    simulator.mischief.play("failing", "/v2/bot/info")
    assert await line.invitation("12345678") is None


async def test_linking_begins_at_the_retailers_own_page(
    simulator: LineSimulator, connected: Connect
) -> None:
    line = connected(login_url="https://shop.example/login?from=line")
    phone = simulator.phone("花子")
    url = await line.account_link(Account("line", phone.chat.id))
    assert url is not None
    query = parse_qs(urlsplit(url).query)
    assert query["from"] == ["line"]
    assert query["linkToken"][0] in simulator.platform.link_tokens
    assert await connected().account_link(Account("line", phone.chat.id)) is None
    simulator.mischief.play("failing", "/v2/bot/user/")
    with pytest.raises(Unavailable):
        await line.account_link(Account("line", phone.chat.id))


# Set-up --------------------------------------------------------------------------------------


async def test_setting_up_sets_webhook_and_menu_and_checking_agrees(
    simulator: LineSimulator, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call_arrives(body: bytes, signed: str) -> int:
        return 200

    monkeypatch.setattr(simulator.webhook, "post", call_arrives)
    line = connected(public_url=PUBLIC)
    before = await line.check()
    assert [finding.ok for finding in before] == [True, False, True, True, False]
    assert all(finding.mend for finding in before if not finding.ok)
    assert all(finding.ok for finding in await line.setup())
    assert simulator.webhook.endpoint == f"{PUBLIC}/webhooks/line"
    assert all(finding.ok for finding in await line.check())
    [menu] = simulator.platform.menus
    assert all(finding.ok for finding in await line.setup())
    assert list(simulator.platform.menus) == [menu], "set up again, nothing is made anew"


async def test_an_older_menu_of_ours_is_taken_away_and_no_other(
    simulator: LineSimulator, connected: Connect
) -> None:
    for name in ("madoguchi-older", "campaign"):
        simulator.platform.menus[name] = richmenu.definition() | {"name": name}
    await connected(public_url=PUBLIC).setup()
    names = {menu["name"] for menu in simulator.platform.menus.values()}
    assert names == {"campaign", richmenu.definition()["name"]}


async def test_a_menu_whose_picture_does_not_arrive_is_not_left_behind(
    simulator: LineSimulator, connected: Connect
) -> None:
    simulator.mischief.play("refused", "/v2/bot/richmenu/richmenu-")
    findings = await connected(public_url=PUBLIC).setup()
    assert not findings[-1].ok
    assert simulator.platform.menus == {}


def _wrong_token(simulator: LineSimulator) -> None:
    simulator.platform.access_token = "another"


def _switched_off(simulator: LineSimulator) -> None:
    simulator.webhook.endpoint, simulator.webhook.active = f"{PUBLIC}/webhooks/line", False


def _elsewhere(simulator: LineSimulator) -> None:
    simulator.webhook.endpoint = "https://old.example/webhooks/line"


def _no_quota(simulator: LineSimulator) -> None:
    simulator.platform.quota = simulator.platform.pushed = 200


def _down(simulator: LineSimulator) -> None:
    simulator.mischief.mood = "down"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (_wrong_token, "MADOGUCHI_LINE_ACCESS_TOKEN"),
        (_switched_off, "Use webhook"),
        (_elsewhere, "channels setup"),
        (_no_quota, "larger plan"),
        (_down, "try again later"),
    ],
)
async def test_what_is_wrong_is_named_with_how_to_mend_it(
    simulator: LineSimulator,
    connected: Connect,
    wrong: Callable[[LineSimulator], None],
    words: str,
) -> None:
    wrong(simulator)
    findings = await connected(public_url=PUBLIC).check()
    assert words in "\n".join(finding.mend for finding in findings if not finding.ok)


@pytest.mark.parametrize("url", [None, "http://bot.shop.example"])
async def test_line_calls_https_addresses_only(connected: Connect, url: str | None) -> None:
    findings = await connected(public_url=url).setup()
    assert "MADOGUCHI_PUBLIC_URL" in findings[1].what


def test_the_menu_keeps_lines_rules_and_says_what_is_drawn_on_it() -> None:
    menu = richmenu.definition()
    assert rules.menu_faults(menu) == []
    picture = richmenu.PICTURE.read_bytes()
    size = tuple(int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert size == (menu["size"]["width"], menu["size"]["height"])
    assert len(picture) < 200_000
    drawing = richmenu.PICTURE.with_suffix(".svg").read_text("utf-8")
    assert all(label in drawing for label, _ in richmenu.AREAS)
