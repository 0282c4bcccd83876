"""What goes out to LINE: free before paid, once, and nothing lost, whatever goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channel import Envelope, Failed, Sent
from bot.messages import Account
from bot.messages.outbound import Card, Cards, Choice, Picture, Text
from connectors import conformance
from connectors.line.api import Api
from connectors.line.channel import Line
from connectors.line.conftest import (
    IMPATIENT,
    Connect,
    Customer,
    InMemoryDatabase,
    MovableClock,
    sent,
)
from connectors.line.pushes import Pushes
from simulators.line import LineSimulator
from tests.support.server import free_port

REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


def texts(count: int, begin: int = 1) -> list[Text]:
    return [Text(f"その{number}") for number in range(begin, begin + count)]


def statuses(simulator: LineSimulator, path: str) -> list[int]:
    return [call["status"] for call in simulator.calls(path) if "status" in call]


@pytest.mark.parametrize("check", conformance.CHECKS)
async def test_it_is_a_channel(
    check: conformance.Check, line: Line, simulator: LineSimulator
) -> None:
    # The suite writes to an account of its own name.
    simulator.platform.chats["conformance"] = simulator.phone("conformance").chat
    await check(line)


# Free before paid ----------------------------------------------------------------------------


async def test_one_answer_is_one_free_reply(customer: Customer, simulator: LineSimulator) -> None:
    answer = customer.envelopes(await customer.writes(), *texts(5))
    assert await customer.line.send(answer) == sent(answer)
    assert customer.phone.said() == ["その1", "その2", "その3", "その4", "その5"]
    assert statuses(simulator, REPLY) == [200]
    assert simulator.calls(PUSH) == []


async def test_six_bubbles_are_merged_into_one_free_reply(
    customer: Customer, simulator: LineSimulator
) -> None:
    answer = customer.envelopes(await customer.writes(), *texts(6))
    assert await customer.line.send(answer) == sent(answer)
    assert customer.phone.said() == ["その1\n\nその2", "その3", "その4", "その5", "その6"]
    assert simulator.calls(PUSH) == []


async def test_what_does_not_fit_a_reply_is_pushed_behind_it(
    customer: Customer, simulator: LineSimulator
) -> None:
    pictures = [Picture(f"https://shop.example/{n}.png", "靴") for n in range(7)]
    answer = customer.envelopes(await customer.writes(), *pictures)
    assert await customer.line.send(answer) == sent(answer)
    shown = [m["originalContentUrl"] for m in customer.phone.chat.messages[1:]]
    assert shown == [picture.url for picture in pictures]
    assert statuses(simulator, REPLY) == [200]
    assert statuses(simulator, PUSH) == [200]


async def test_an_old_token_is_not_tried_and_a_push_goes_out(
    customer: Customer, simulator: LineSimulator, clock: MovableClock
) -> None:
    answer = customer.envelopes(await customer.writes(), *texts(2))
    clock.pass_by(seconds=51)
    assert await customer.line.send(answer) == sent(answer)
    assert simulator.calls(REPLY) == []
    [push] = simulator.calls(PUSH)
    assert push["headers"]["x-line-retry-key"]
    assert len(push["body"]["messages"]) == 2


async def test_old_answers_ride_on_the_newest_free_reply(
    customer: Customer, simulator: LineSimulator, clock: MovableClock
) -> None:
    old = customer.envelopes(await customer.writes(), Text("一つ目"))
    clock.pass_by(minutes=5)
    new = customer.envelopes(await customer.writes(), Text("二つ目"))
    assert await customer.line.send([*old, *new]) == sent([*old, *new])
    assert customer.phone.said() == ["一つ目", "二つ目"]
    assert simulator.calls(PUSH) == []


async def test_a_token_used_once_is_not_tried_again(
    customer: Customer, simulator: LineSimulator
) -> None:
    handle = await customer.writes()
    first = customer.envelopes(handle, Text("お調べします"))
    second = customer.envelopes(handle, Text("ございます"))
    assert await customer.line.send(first) == sent(first)
    assert await customer.line.send(second) == sent(second)
    assert customer.phone.said() == ["お調べします", "ございます"]
    assert statuses(simulator, REPLY) == [200]


async def test_after_a_restart_a_used_token_ends_in_a_push(
    customer: Customer, connected: Connect, simulator: LineSimulator
) -> None:
    handle = await customer.writes()
    first = customer.envelopes(handle, Text("お調べします"))
    second = customer.envelopes(handle, Text("ございます"))
    assert await customer.line.send(first) == sent(first)
    assert await connected().send(second) == sent(second)
    assert statuses(simulator, REPLY) == [200, 400]
    assert customer.phone.said() == ["お調べします", "ございます"]


async def test_a_picture_that_is_left_out_has_arrived_all_the_same(customer: Customer) -> None:
    drawing = Picture("/pictures/sora.svg", "ソラ")
    for contents in ((drawing, Text("ございます")), (drawing,)):
        answer = customer.envelopes(await customer.writes(), *contents)
        assert await customer.line.send(answer) == sent(answer)
    assert customer.phone.said() == ["ございます"]


async def test_an_agents_words_carry_their_name(customer: Customer) -> None:
    for name, shown in (("佐藤", "佐藤"), ("LINE担当", "窓口"), ("あ" * 30, "あ" * 19 + "…")):
        words = customer.envelopes(await customer.writes(), Text("はい"), author="agent", name=name)
        assert await customer.line.send(words) == sent(words)
        assert customer.phone.chat.messages[-1]["name"] == shown


# No answer from LINE -------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["lost before", "lost after", "failing"])
async def test_a_reply_without_an_answer_is_tried_once_more(
    customer: Customer, connected: Connect, simulator: LineSimulator, how: Any
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    answer = customer.envelopes(await customer.writes(), *texts(2))
    simulator.mischief.play(how)
    assert await customer.line.send(answer) == sent(answer)
    assert customer.phone.said() == ["その1", "その2"]
    assert simulator.calls(PUSH) == []


async def test_a_reply_that_may_have_gone_out_is_settled_by_its_token(
    customer: Customer, connected: Connect, simulator: LineSimulator
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    answer = customer.envelopes(await customer.writes(), Text("ございます"))
    simulator.mischief.play("lost after", times=1)
    simulator.mischief.play("failing", times=1)
    [verdict] = await customer.line.send(answer)
    assert isinstance(verdict, Failed)
    assert not verdict.permanent
    more = customer.envelopes(answer[0].reply, Text("ほかには？"))
    assert await customer.line.send([*answer, *more]) == sent([*answer, *more])
    assert customer.phone.said() == ["ございます", "ほかには？"]


@pytest.mark.parametrize("how", ["lost before", "lost after", "failing"])
async def test_a_push_is_repeated_under_its_key_and_never_doubled(
    customer: Customer, connected: Connect, simulator: LineSimulator, how: Any
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    await customer.writes()
    answer = customer.envelopes(None, *texts(2))
    simulator.mischief.play(how)
    assert all(isinstance(verdict, Failed) for verdict in await customer.line.send(answer))
    later = customer.envelopes(await customer.writes(), Text("その3"))
    # Another process, with something new behind it, even with a free reply at hand.
    assert await connected().send([*answer, *later]) == sent([*answer, *later])
    assert customer.phone.said() == ["その1", "その2", "その3"]
    keys = {call["headers"]["x-line-retry-key"] for call in simulator.calls(PUSH)}
    assert len(keys) == 1
    assert simulator.platform.pushed == 1


async def test_while_line_is_down_everything_waits_in_order(
    customer: Customer, simulator: LineSimulator
) -> None:
    answer = customer.envelopes(await customer.writes(), *texts(7))
    simulator.mischief.mood = "down"
    verdicts = await customer.line.send(answer)
    assert [verdict.key for verdict in verdicts] == [envelope.key for envelope in answer]
    assert not any(isinstance(v, Sent) or v.permanent or v.blocked for v in verdicts)
    simulator.mischief.mood = "well"
    assert await customer.line.send(answer) == sent(answer)
    assert "".join(customer.phone.said()).replace("\n", "") == "".join(t.text for t in texts(7))


async def test_no_line_at_all_is_no_verdict_on_the_message(
    customer: Customer, database: InMemoryDatabase, clock: MovableClock
) -> None:
    answer = customer.envelopes(await customer.writes(), Text("はい"))
    api = Api("token", f"http://127.0.0.1:{free_port()}")
    line = Line(api, secret="x", database=database, now=clock)
    [verdict] = await line.send(answer)
    await line.close()
    assert isinstance(verdict, Failed)
    assert not verdict.permanent


async def test_trouble_of_our_own_does_not_repeat_what_went_out(
    customer: Customer, simulator: LineSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [Picture(f"https://shop.example/{n}.png", "靴") for n in range(6)]
    answer = customer.envelopes(await customer.writes(), *pictures)
    with monkeypatch.context() as broken:
        broken.setattr(Pushes, "begin", None)
        verdicts = await customer.line.send(answer)
    assert verdicts[:5] == sent(answer[:5])
    assert isinstance(verdicts[5], Failed)
    assert not verdicts[5].permanent
    assert await customer.line.send(answer[5:]) == sent(answer[5:])
    assert len(customer.phone.said()) == 6


# Messages that need several calls -----------------------------------------------------------

SCROLL = "\n".join(f"{n:04}" + "あ" * 4995 for n in range(7))
"""Seven bubbles full."""


@pytest.mark.parametrize("how", ["rate limited", "lost before", "lost after", "failing"])
@pytest.mark.parametrize("free", [True, False])
async def test_what_has_arrived_of_a_long_message_is_not_sent_again(
    customer: Customer, connected: Connect, simulator: LineSimulator, how: Any, free: bool
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    handle = await customer.writes()
    answer = customer.envelopes(handle if free else None, Text(SCROLL), Text("以上です"))
    simulator.mischief.play(how, PUSH, after=0 if free else 1)
    assert all(isinstance(verdict, Failed) for verdict in await customer.line.send(answer))
    assert len(customer.phone.said()) >= 5
    # Another process goes on, even with a new token at hand.
    later = customer.envelopes(await customer.writes(), Text("ほかには？"))
    assert await connected().send([*answer, *later]) == sent([*answer, *later])
    said = "\n".join(customer.phone.said()).replace("\n\n", "\n")
    assert said == f"{SCROLL}\n以上です\nほかには？"


# Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("retry_after", [None, 7])
async def test_too_many_calls_wait_as_long_as_line_says(
    customer: Customer, simulator: LineSimulator, retry_after: int | None
) -> None:
    answer = customer.envelopes(await customer.writes(), Text("はい"))
    simulator.mischief.play("rate limited", retry_after=retry_after)
    [verdict] = await customer.line.send(answer)
    assert isinstance(verdict, Failed)
    assert verdict.retry_after == retry_after
    assert not verdict.permanent
    assert await customer.line.send(answer) == sent(answer)
    assert simulator.calls(PUSH) == []


async def test_lines_own_quota_is_the_end_of_a_push(
    customer: Customer, simulator: LineSimulator
) -> None:
    await customer.writes()
    simulator.platform.quota = 0
    [verdict] = await customer.line.send(customer.envelopes(None, Text("はい")))
    assert isinstance(verdict, Failed)
    assert verdict.permanent
    assert "monthly" in verdict.reason
    assert verdict.kind == "quota"
    assert not verdict.blocked


async def test_whom_line_does_not_know_is_marked(
    customer: Customer, database: InMemoryDatabase, clock: MovableClock
) -> None:
    answer = customer.envelopes(None, *texts(7))
    for chat in (f"U{0:032x}", "nobody"):
        stranger = Account("line", chat)
        batch = [Envelope(e.key, stranger, "bot", e.content, e.at) for e in answer]
        verdicts = await customer.line.send(batch)
        assert all(isinstance(v, Failed) and v.blocked for v in verdicts)
    assert await Pushes(database, clock).used() == 0


async def test_what_line_finds_fault_with_is_said_in_plain_words(
    customer: Customer, simulator: LineSimulator
) -> None:
    cards = Cards((Card("ソラ", "12,900円", None, (Choice("選ぶ", "a1"),)),))
    for reply in (await customer.writes(), None):
        simulator.mischief.play("refused")
        answer = customer.envelopes(reply, cards)
        assert await customer.line.send(answer) == sent(answer)
        assert customer.phone.said()[-1].startswith("ソラ\n12,900円")
    simulator.mischief.play("refused", times=2)
    [verdict] = await customer.line.send(customer.envelopes(await customer.writes(), cards))
    assert isinstance(verdict, Failed)
    assert verdict.permanent


async def test_a_wrong_access_token_waits_to_be_mended(
    customer: Customer, simulator: LineSimulator
) -> None:
    answer = customer.envelopes(await customer.writes(), Text("はい"))
    right, simulator.platform.access_token = simulator.platform.access_token, "another"
    [verdict] = await customer.line.send(answer)
    assert isinstance(verdict, Failed)
    assert not verdict.permanent
    simulator.platform.access_token = right
    assert await customer.line.send(answer) == sent(answer)


async def test_who_blocked_the_account_gets_nothing_and_line_says_nothing(
    customer: Customer, simulator: LineSimulator
) -> None:
    handle = await customer.writes()
    await customer.phone.block()
    answer = customer.envelopes(None, Text("はい"))
    assert await customer.line.send(answer) == sent(answer)
    assert customer.phone.said() == []
    assert simulator.platform.pushed == 0
    assert handle


# Groups --------------------------------------------------------------------------------------


async def test_quoting_our_words_in_a_group_speaks_to_us(
    simulator: LineSimulator, line: Line, clock: MovableClock
) -> None:
    group = simulator.group("家族")
    await group.mention("在庫ありますか")
    [asked] = line.read(json.dumps({"events": simulator.webhook.waiting[-1:]}).encode())
    envelope = Envelope("g", asked.account, "bot", Text("ございます"), clock(), reply=asked.reply)
    assert await line.send([envelope]) == [Sent("g")]
    ours = group.chat.messages[-1]["id"]
    for quoted, heard in ((ours, 1), ("1", 0)):
        await group.write("27cmは？", quotedMessageId=quoted)
        call = json.dumps({"events": simulator.webhook.waiting[-1:]}).encode()
        assert len(line.read(call)) == heard
