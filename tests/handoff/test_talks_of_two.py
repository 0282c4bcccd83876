"""Customers, the bot, staff and time in any order: nobody talks over anybody, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import NotYours, Unreachable
from bot.handoff.desk import QUEUED, Case, State
from bot.messages import Account
from bot.messages.inbound import BACK_TO_BOT
from bot.ports import Agent, DeskItem
from bot.storage import memory_storage
from tests.faults.house import Died, Fate
from tests.handoff.office import POLICY, Office
from tests.storage.counter import LINE, SETTINGS, WEB, MovableClock, proof

ACCOUNTS = (WEB, LINE)
accounts = st.sampled_from(ACCOUNTS)
staff = st.integers(0, 1)
WORDS = ("hello", "menu", "stock", "stock runner 27 shibuya", "27", "yes", "no", "points", "boot")


class Counter(RuleBasedStateMachine):
    """Two accounts, which may turn out to be one customer, two people at the desk and the bot."""

    @initialize()
    def opens(self) -> None:
        self.runner = asyncio.Runner()
        self.clock = MovableClock()
        self.office = Office(memory_storage(self.clock, SETTINGS), self.clock)
        self.staff: list[Agent] = [self._do(self.office.hires(n)) for n in ("sato", "suzuki")]
        self.written: list[str] = []
        self.numbers = count(1)
        for account in ACCOUNTS:
            self._do(self.office.says("hello", account))

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    # What is there ------------------------------------------------------------------------------

    def _case(self, account: Account) -> Case:
        case: Case = self._do(self.office.case(account))
        return case

    def _talk(self, account: Account) -> str:
        talk: str = self._do(self.office.row(account)).talk.conversation_id
        return talk

    def _by_bot(self, account: Account) -> int:
        return len([item for item in self._items(account) if item.author == "bot"])

    def _items(self, account: Account) -> list[DeskItem]:
        items: list[DeskItem] = self._do(self.office.items(account))
        return items

    def _open(self) -> dict[str, Case]:
        rows = self._do(self.office.storage.handoffs.open())
        assert len({row.talk.customer_id for row in rows}) == len(rows), "one a customer"
        return {row.talk.conversation_id: row.talk.case for row in rows}

    def _heard(self, account: Account, before: Case, bot: int, *, leaves: bool = False) -> None:
        """What became of a customer's message: the bot's, or a person's."""
        said, after = self._by_bot(account) - bot, self._case(account)
        if before.state is not State.WITH_PERSON:
            assert said >= 1, "the bot answers who is not with a person"
            assert after.is_open or not before.is_open or leaves
        elif leaves:
            assert after.state is State.BOT
        else:
            assert said == 0, "the bot is silent while a person has the talk"
            assert after.agent == before.agent
            assert after.unread == before.unread + 1
            assert after.turn != "customer"

    # Customers ----------------------------------------------------------------------------------

    @rule(account=accounts, words=st.sampled_from(WORDS))
    def a_customer_writes(self, account: Account, words: str) -> None:
        before, bot = self._case(account), self._by_bot(account)
        self._write(account, words)
        self._do(self.office.serve())
        self._settle(account, bot)
        self._heard(account, before, bot)

    def _write(self, account: Account, words: str) -> str:
        self.written.append(f"{words} #{len(self.written)}")
        self._do(self.office.write(self.written[-1], account))
        return self.written[-1]

    def _settle(self, account: Account, bot: int) -> None:
        """Where more may come the bot waits a moment: let it pass."""
        self.clock.passes(seconds=2)
        self._do(self.office.serve())

    @rule(account=accounts, words=st.sampled_from(["person", "angry"]))
    def a_customer_asks_for_a_person(self, account: Account, words: str) -> None:
        before, bot = self._case(account), self._by_bot(account)
        self._write(account, words)
        self._do(self.office.serve())
        self._heard(account, before, bot)
        case = self._case(account)
        assert case.is_open
        if not before.is_open:
            assert (case.state is State.WAITING) == POLICY.staffed(self.clock.now())
        assert case.priority or words != "angry" or before.agent

    @rule(account=accounts)
    def a_customer_goes_back_to_the_bot(self, account: Account) -> None:
        before, bot = self._case(account), self._by_bot(account)
        self._do(self.office.tap(BACK_TO_BOT, account))
        self._do(self.office.serve())
        self._heard(account, before, bot, leaves=True)
        assert not self._case(account).is_open

    @rule(account=accounts, which=st.integers(0, 5))
    def a_customer_taps_a_button(self, account: Account, which: int) -> None:
        talk = self._talk(account)
        whole = self._do(self.office.storage.handoffs.whole(talk))
        shown = whole.conversation.shown
        if not shown:
            return
        before, done = self._case(account), len(self.office.shop.outcomes)
        bot = self._by_bot(account)
        self._do(self.office.tap(shown[which % len(shown)].token, account))
        self._do(self.office.serve())
        if before.state is not State.WITH_PERSON:
            self._heard(account, before, bot, leaves=True)
            return
        after = self._case(account)
        assert len(self.office.shop.outcomes) == done, "nothing is done behind a person's back"
        assert after.agent == before.agent or not after.is_open
        if after.is_open:
            again = self._do(self.office.storage.handoffs.whole(talk)).conversation
            assert again.asked in (None, whole.conversation.asked), "the bot asks nothing new"

    @rule(account=accounts, member=st.sampled_from(["m1", "m1", "m2"]))
    def a_customer_is_recognised(self, account: Account, member: str) -> None:
        before = {each: self._case(each) for each in ACCOUNTS}
        was_open = self._open()
        known = self._do(self.office.storage.customers.profile(account)).member_id
        self._do(self.office.storage.customers.prove(account, proof(member), by="code"))
        now_open = self._open()
        case = self._case(account)
        moved = known not in (None, member)
        if before[account].is_open and not moved:
            assert case.is_open, "who waits goes on waiting"
        if self._talk(WEB) == self._talk(LINE) and not moved:
            owners = {c.agent for c in before.values() if c.agent}
            assert case.agent in owners or not owners
        merged = {c.id for c in was_open.values()} - {c.id for c in now_open.values()}
        assert len(merged) <= 1
        assert bool(now_open) == bool(was_open)

    @rule()
    def the_web_visitor_logs_out(self) -> None:
        was_open = self._open()
        self._do(self.office.storage.customers.leave(WEB))
        assert self._open() == was_open, "what was open stays with whom it was"

    # Staff --------------------------------------------------------------------------------------

    def _acts(self, account: Account, who: int, work: Coroutine[Any, Any, Any]) -> bool:
        """Something only the owner may do; whether it was done."""
        agent, before = self.staff[who], self._case(account)
        try:
            self._do(work)
        except NotYours:
            assert before.agent != agent.id
            assert self._case(account) == before
            return False
        assert before.agent == agent.id
        return True

    @rule(account=accounts, who=staff)
    def somebody_takes_it(self, account: Account, who: int) -> None:
        agent, before, talk = self.staff[who], self._case(account), self._talk(account)
        try:
            self._do(self.office.talks.take(agent, talk))
        except NotYours:
            assert before.agent not in (None, agent.id)
            assert self._case(account) == before
            return
        assert self._case(account).agent == agent.id
        if before.agent is None:
            assert self._items(account)[-1].author == "system", "the customer is told"

    @rule(account=accounts, who=staff)
    def somebody_answers(self, account: Account, who: int) -> None:
        words = f"staff #{next(self.numbers)}"
        replying = self.office.talks.reply(self.staff[who], self._talk(account), words)
        try:
            done = self._acts(account, who, replying)
        except Unreachable:
            return
        assert (words in self._do(self.office.said("agent", account))) == done

    @rule(account=accounts, who=staff)
    def somebody_hands_it_back(self, account: Account, who: int) -> None:
        talk = self._talk(account)
        if self._acts(account, who, self.office.talks.hand_back(self.staff[who], talk, None)):
            assert self._case(account).state is State.BOT
            self._do(self.office.serve())

    @rule(account=accounts, who=staff)
    def somebody_is_done(self, account: Account, who: int) -> None:
        talk, bot = self._talk(account), self._by_bot(account)
        if self._acts(account, who, self.office.talks.resolve(self.staff[who], talk, "answered")):
            assert self._case(account).state is State.CLOSED
            self._do(self.office.serve())
            assert self._by_bot(account) == bot + 1, "asked how it was"

    @rule(account=accounts, who=staff, to=st.sampled_from([None, 0, 1]))
    def somebody_passes_it_on(self, account: Account, who: int, to: int | None) -> None:
        to_agent = self.staff[to].id if to is not None else None
        passing = self.office.talks.pass_on(
            self.staff[who], self._talk(account), to_agent=to_agent, topic=""
        )
        if self._acts(account, who, passing):
            case = self._case(account)
            assert case.state in QUEUED
            assert case.priority
            assert case.state is State.DEFERRED or POLICY.staffed(self.clock.now())
            self._do(self.office.serve())

    # Time ---------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 3, 11, 200, 400, 960]), there=st.sets(staff))
    def time_passes(self, minutes: int, there: set[int]) -> None:
        """Hours end and begin; whose browser is gone is gone."""
        was_open = self._open()
        for _ in range(2):
            self.clock.passes(seconds=timedelta(minutes=minutes).total_seconds() / 2)
            for who in there:
                self._do(self.office.stays(self.staff[who]))
            self._do(self.office.keeper().look())
            self._do(self.office.serve())
        staffed, here = POLICY.staffed(self.clock.now()), {self.staff[w].id for w in there}
        now_open = self._open()
        for talk, case in was_open.items():
            if talk not in now_open:
                assert case.turn == "customer", "only silence ends a talk by itself"
        for case in now_open.values():
            assert case.agent is None or case.agent in here or minutes < 2 * POLICY.grace.seconds
            assert case.state is not State.WAITING or staffed
            assert case.state is not State.DEFERRED or not (staffed and here)

    @rule(
        account=accounts,
        words=st.sampled_from(WORDS),
        step=st.integers(0, 20),
        taken=st.booleans(),
        who=staff,
    )
    def the_process_dies_and_another_one_goes_on(
        self, account: Account, words: str, step: int, taken: bool, who: int
    ) -> None:
        before, bot = self._case(account), self._by_bot(account)
        self._write(account, words)
        fate = Fate(step, Died)
        with contextlib.suppress(Died):
            self._do(self.office.serve(self.office.reception(fate)))
        meanwhile = self._by_bot(account)
        taking = taken and before.agent is None
        if taking:
            self._do(self.office.talks.take(self.staff[who], self._talk(account)))
        self.clock.passes(seconds=31)
        self._do(self.office.serve())
        self.clock.passes(seconds=2)
        self._do(self.office.serve())
        if taking:
            assert self._by_bot(account) == meanwhile, "what was not said is a person's now"
            assert self._case(account).agent == self.staff[who].id
        else:
            self._heard(account, before, bot)

    # Always -------------------------------------------------------------------------------------

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def every_word_is_there(self) -> None:
        letters = self.office.storage.mailbox._house.letters.values()  # type: ignore[attr-defined]
        assert [waiting for waiting in letters if waiting.due is not None] == []
        lanes = self.office.storage.mailbox._house.lanes.values()  # type: ignore[attr-defined]
        kept = [
            item.content.text
            for lane in lanes
            for _turn, _letter, item in lane.items
            if item.author == "customer" and hasattr(item.content, "text")
        ]
        assert set(self.written) <= set(kept)

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def every_open_talk_has_its_place(self) -> None:
        cases = self._open()
        placed = self._do(self.office.board.rows())
        assert {one.row.talk.conversation_id for one in placed} == set(cases)
        places = [one.position for one in placed if one.position is not None]
        assert places == list(range(1, len(places) + 1))
        for one in placed:
            case = one.row.talk.case
            assert (one.position is None) == (case.state is State.WITH_PERSON)
            assert (case.agent is not None) == (case.state is State.WITH_PERSON)


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)
