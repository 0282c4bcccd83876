"""Paid pushes: within the month's budget, counted once, one for each who reads them."""

from __future__ import annotations

from bot.channel import Envelope, Failed, Sent
from bot.messages import Account
from bot.messages.outbound import Text
from connectors.line.conftest import Connect, Customer, MovableClock, sent
from simulators.line import LineSimulator


async def test_the_months_budget_ends_pushes_and_begins_anew_next_month(
    customer: Customer, connected: Connect, simulator: LineSimulator, clock: MovableClock
) -> None:
    line = connected(push_budget=2)
    await customer.writes()
    for _ in range(2):
        answer = customer.envelopes(None, Text("はい"))
        assert await line.send(answer) == sent(answer)
    [verdict] = await line.send(customer.envelopes(None, Text("もう一つ")))
    assert isinstance(verdict, Failed)
    assert verdict.permanent
    assert "budget" in verdict.reason
    free = customer.envelopes(await customer.writes(), Text("無料です"))
    assert await line.send(free) == sent(free)
    clock.pass_by(days=31)
    await customer.writes()
    answer = customer.envelopes(None, Text("来月です"))
    assert await line.send(answer) == sent(answer)
    assert simulator.platform.pushed == 3


async def test_a_refused_push_is_given_back_to_the_budget(
    customer: Customer, connected: Connect, simulator: LineSimulator
) -> None:
    line = connected(push_budget=1)
    await customer.writes()
    simulator.mischief.play("quota")
    [verdict] = await line.send(customer.envelopes(None, Text("はい")))
    assert isinstance(verdict, Failed)
    answer = customer.envelopes(None, Text("はい"))
    assert await line.send(answer) == sent(answer)


async def test_a_push_into_a_group_costs_one_for_each_member(
    simulator: LineSimulator, connected: Connect, clock: MovableClock
) -> None:
    group = simulator.group("家族")
    group.chat.members = 4
    line = connected(push_budget=5)
    account = Account("line", group.chat.id)
    for number in range(2):
        envelope = Envelope(f"g{number}", account, "bot", Text("はい"), clock())
        [verdict] = await line.send([envelope])
        assert isinstance(verdict, Sent) is (number == 0)
    assert simulator.platform.pushed == 4
