"""The account's newest reply token carries what has none of its own."""

from __future__ import annotations

from dataclasses import replace

from bot.channel import Failed, Sent
from bot.messages.outbound import Picture, Text
from connectors.line.conftest import IMPATIENT, Connect, Customer, MovableClock, sent
from simulators.line import LineSimulator

REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


def statuses(simulator: LineSimulator, path: str) -> list[int]:
    return [call["status"] for call in simulator.calls(path) if "status" in call]


async def test_what_staff_write_rides_on_the_newest_token(
    customer: Customer, simulator: LineSimulator
) -> None:
    handle = await customer.writes()
    words = customer.envelopes(None, Text("佐藤です"), author="agent", name="佐藤", newest=handle)
    verdicts = await customer.line.send(words)
    assert verdicts == sent(words)
    assert [verdict.used for verdict in verdicts if isinstance(verdict, Sent)] == [(handle,)]
    assert simulator.calls(PUSH) == []


async def test_an_answer_whose_token_is_gone_rides_on_the_newest(
    customer: Customer, simulator: LineSimulator, clock: MovableClock
) -> None:
    old = await customer.writes()
    clock.pass_by(minutes=5)
    answer = customer.envelopes(old, Text("ございます"), newest=await customer.writes("まだ？"))
    assert await customer.line.send(answer) == sent(answer)
    assert statuses(simulator, REPLY) == [200]
    assert simulator.calls(PUSH) == []


async def test_both_tokens_serve_before_a_push_does(
    customer: Customer, simulator: LineSimulator
) -> None:
    own, newest = await customer.writes(), await customer.writes()
    pictures = [Picture(f"https://shop.example/{n}.png", "靴") for n in range(7)]
    answer = customer.envelopes(own, *pictures, newest=newest)
    assert await customer.line.send(answer) == sent(answer)
    assert statuses(simulator, REPLY) == [200, 200]
    assert simulator.calls(PUSH) == []


async def test_an_answer_that_fits_its_own_token_leaves_the_newest(
    customer: Customer, simulator: LineSimulator
) -> None:
    own, newest = await customer.writes(), await customer.writes()
    long = customer.envelopes(own, *(Text(f"その{n}") for n in range(1, 8)), newest=newest)
    assert await customer.line.send(long) == sent(long)
    answer = customer.envelopes(newest, Text("ございます"))
    assert await customer.line.send(answer) == sent(answer)
    assert statuses(simulator, REPLY) == [200, 200]
    assert simulator.calls(PUSH) == []


async def test_what_is_for_free_only_is_never_pushed(
    customer: Customer, simulator: LineSimulator, clock: MovableClock
) -> None:
    for how in ("used", "old"):
        handle = await customer.writes()
        if how == "used":
            first = customer.envelopes(handle, Text("はい"))
            assert await customer.line.send(first) == sent(first)
        else:
            clock.pass_by(minutes=1)
        offer = customer.envelopes(handle, Text("回答を見る"), free_only=True)
        [verdict] = await customer.line.send(offer)
        assert isinstance(verdict, Failed)
    handle = await customer.writes()
    offer = customer.envelopes(handle, Text("回答を見る"), free_only=True)
    assert await customer.line.send(offer) == sent(offer)
    assert simulator.calls(PUSH) == []


async def test_a_reply_without_an_answer_is_settled_before_a_newer_token_is_used(
    customer: Customer, connected: Connect, simulator: LineSimulator
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    words = customer.envelopes(None, Text("佐藤です"), newest=await customer.writes())
    simulator.mischief.play("lost after", times=1)
    simulator.mischief.play("failing", times=1)
    [verdict] = await customer.line.send(words)
    assert isinstance(verdict, Failed)
    again = [replace(each, newest=await customer.writes("もしもし")) for each in words]
    assert await customer.line.send(again) == sent(again)
    assert customer.phone.said() == ["佐藤です"]


async def test_a_push_without_an_answer_is_repeated_though_a_newer_token_is_there(
    customer: Customer, connected: Connect, simulator: LineSimulator
) -> None:
    customer.line = connected(seconds=IMPATIENT)
    words = customer.envelopes(None, Text("佐藤です"))
    simulator.mischief.play("lost after")
    [verdict] = await customer.line.send(words)
    assert isinstance(verdict, Failed)
    again = [replace(each, newest=await customer.writes()) for each in words]
    assert await customer.line.send(again) == sent(again)
    assert customer.phone.said() == ["佐藤です"]
    assert simulator.platform.pushed == 1
