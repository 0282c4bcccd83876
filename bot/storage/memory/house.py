"""What the ports in memory share: talks, accounts, letters and what goes out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.channel import Envelope, Fetched, Item
from bot.customers.focus import Focus
from bot.customers.linking import Party
from bot.customers.profile import Customer, Trust
from bot.dialogue import codec
from bot.dialogue.joining import joined, joined_focus, parted
from bot.dialogue.state import Conversation
from bot.handoff.desk import NOBODYS, Case, State
from bot.handoff.desk import joined as joined_cases
from bot.messages import Account
from bot.messages.account import timeline_topic
from bot.ports import Bell, Caller, Claim, Clock, DeskEvent, DeskItem, Letter, PendingAct
from bot.storage.settings import StorageSettings
from bot.storage.trust import trust


@dataclass
class Talk:
    """A customer and their conversation."""

    customer_id: str
    conversation_id: str
    body: str
    language: str
    focus: Focus = field(default_factory=Focus)
    version: int = 0
    token: str | None = None
    until: datetime | None = None
    member_id: str | None = None
    name: str | None = None
    usual_store: str | None = None
    case: Case = NOBODYS
    summary: Mapping[str, Any] = field(default_factory=dict)
    wrote: Account | None = None
    flagged: bool = False
    muted_until: datetime | None = None

    def read(self) -> Conversation:
        return codec.decode(self.body, self.conversation_id)


@dataclass
class Lane:
    """An account with its proof, its timeline and its place in the outbox."""

    number: int
    account: Account
    talk: Talk
    since: datetime
    items: list[tuple[int, int | None, Item]] = field(default_factory=list)
    hidden: int = 0
    linked_at: datetime | None = None
    proven_at: datetime | None = None
    used_at: datetime | None = None
    session: str | None = None
    token: str | None = None
    until: datetime | None = None
    blocked: bool = False
    greeted: bool = False
    display_name: str | None = None
    reply: str | None = None
    reply_at: datetime | None = None
    reply_used: bool = False
    offered_until: datetime | None = None

    def trust(self, now: datetime) -> Trust:
        return trust(self.linked_at, self.proven_at, self.used_at, now)

    def untrust(self) -> None:
        """The account is nobody's we know."""
        self.linked_at = self.proven_at = self.used_at = self.session = None

    def append(self, entries: Sequence[Envelope], letter: Letter | None = None) -> None:
        first = len(self.items) + 1
        for cursor, e in enumerate(entries, first):
            message = letter.message.id if letter else None
            item = Item(cursor, self.account, e.author, e.at, e.content, e.name, message, e.picture)
            self.items.append((first, letter.id if letter else None, item))


@dataclass
class Waiting:
    """A letter; `due` is empty once it is done."""

    letter: Letter
    lane: Lane
    due: datetime | None
    held: bool = False
    done: datetime | None = None
    forgotten: bool = False


@dataclass
class Out:
    """A message on its way out."""

    envelope: Envelope
    due: datetime
    attempts: int = 0
    reason: str = ""
    dead: datetime | None = None


@dataclass
class Medium:
    """A picture or file a customer sent."""

    account: Account
    platform_id: str | None
    at: datetime
    name: str
    fetched: Fetched


@dataclass
class Ended:
    """A hand-off that is over."""

    talk: Talk
    case: Case
    rating: int | None = None


class House:
    """What all ports share."""

    def __init__(self, clock: Clock, settings: StorageSettings, bell: Bell) -> None:
        self.clock = clock
        self.settings = settings
        self.bell = bell
        self.lanes: dict[Account, Lane] = {}
        self.letters: dict[int, Waiting] = {}
        self.received: set[tuple[str, str]] = set()
        self.acts: dict[tuple[int, str], PendingAct] = {}
        self.out: list[Out] = []
        self.ended: list[Ended] = []
        self.notes: list[tuple[Talk, DeskItem]] = []
        self.events: list[DeskEvent] = []
        self.forgotten = 0
        self.gone: dict[str, Talk] = {}
        self.media: dict[str, Medium] = {}
        self.talks: list[Talk] = []
        self.numbers = count(1)

    def lane(self, account: Account, language: str) -> Lane:
        if account not in self.lanes:
            talk, now = self.new_talk(language), self.clock.real()
            self.lanes[account] = Lane(next(self.numbers), account, talk, now)
        return self.lanes[account]

    def new_talk(self, language: str) -> Talk:
        conversation = Conversation(uuid.uuid4().hex)
        body = codec.encode(conversation)
        talk = Talk(uuid.uuid4().hex, conversation.id, body, language)
        self.talks.append(talk)
        return talk

    def talk(self, claim: Claim) -> Talk | None:
        """The claimed talk, while the claim is held."""
        return next((talk for talk in self.talks if talk.token == claim.token), None)

    def party(self, talk: Talk) -> Party:
        """The customer, as far as joining is concerned."""
        own = sum(lane.talk is talk for lane in self.lanes.values())
        return Party(talk.customer_id, talk.member_id, own)

    def merge(self, emptied: Talk, into: Talk) -> None:
        """A customer nobody knew becomes part of another."""
        self.lend(emptied, into)
        for lane in self.lanes.values():
            if lane.talk is emptied:
                lane.talk = into
        for ended in self.ended:
            if ended.talk is emptied:
                ended.talk = into
        into.flagged = into.flagged or emptied.flagged
        muted = filter(None, (into.muted_until, emptied.muted_until))
        into.muted_until = max(muted, default=None)
        self.notes = [(into if talk is emptied else talk, note) for talk, note in self.notes]
        self.talks.remove(emptied)
        self.gone[emptied.conversation_id] = into

    def lend(self, giver: Talk, into: Talk) -> None:
        """What was open with one customer goes on with another."""
        if giver.case.is_open or into.case.is_open:
            self.note("joined", giver, goes_on=into)
            item_id = f"n-0-{next(self.numbers)}"
            self.notes.append((into, DeskItem(item_id, "note", self.clock.now(), joined=True)))
        whole = joined(into.read(), giver.read())
        into.body = codec.encode(whole)
        into.focus = joined_focus(into.focus, giver.focus)
        giver.body = codec.encode(Conversation(giver.conversation_id, serial=whole.serial))
        self._join_cases(giver, into)
        for talk in (giver, into):
            talk.version += 1

    def _join_cases(self, giver: Talk, into: Talk) -> None:
        if giver.case.id is None:
            return
        kept, other = joined_cases(into.case, giver.case, self.clock.now())
        if other.id is not None:
            self.ended.append(Ended(into, other))
        into.case, giver.case = kept, NOBODYS
        into.wrote, into.summary = giver.wrote or into.wrote, giver.summary or into.summary
        for talk in (giver, into):
            self.note("queue", talk)

    def keep(self, talk: Talk, case: Case) -> None:
        """What became of a talk's case."""
        new = case
        if case.id is None:
            had = (e.case.last_agent for e in reversed(self.ended) if e.talk is talk)
            agent = case.last_agent or next(filter(None, had), None)
            new = replace(case, id=next(self.numbers), last_agent=agent)
        if case.state in (State.BOT, State.CLOSED) and talk.case.state is not State.CLOSED:
            self.ended.append(Ended(talk, new))
        talk.case = NOBODYS if case.state is State.BOT else new
        self.note("queue", talk)

    def note(self, kind: str, talk: Talk, author: str = "", *, goes_on: Talk | None = None) -> None:
        """Something changed for staff."""
        cursor, then = str(len(self.events) + 1), goes_on.conversation_id if goes_on else ""
        self.events.append(DeskEvent(cursor, kind, talk.conversation_id, author, then))
        self.bell.ring("desk")

    def move(self, lane: Lane, to: Talk, *, hide: bool = False) -> None:
        """Only the account goes over; with `hide`, what was said on it is no longer shown."""
        lane.talk.version += 1
        lane.talk = to
        if hide:
            lane.hidden = len(lane.items)

    def migrate(self, former: Account, account: Account) -> None:
        """What was `former` is `account` from now on."""
        before, after = self.lanes.get(former), self.lanes.get(account)
        if before is None:
            return
        if after is not None:
            first, second = sorted((before, after), key=lambda lane: lane.number)
            if first.talk is not second.talk and second.talk.member_id is None:
                self.merge(second.talk, first.talk)
            return
        self.lanes = {account if key == former else key: lane for key, lane in self.lanes.items()}
        before.account = account
        before.talk.version += 1
        if before.talk.wrote == former:
            before.talk.wrote = account
        before.items = [(t, of, replace(item, account=account)) for t, of, item in before.items]
        for waiting in self.letters.values():
            if waiting.lane is before:
                message = replace(waiting.letter.message, account=account)
                waiting.letter = replace(waiting.letter, message=message)
        for out in self.out:
            if out.envelope.account == former:
                out.envelope = replace(out.envelope, account=account)

    def part(self, lane: Lane, to: Talk) -> None:
        """The account that asks to be let go becomes a customer nobody knows."""
        left = lane.talk
        stays, goes = parted(left.read(), to.read())
        left.body, to.body = codec.encode(stays), codec.encode(goes)
        self.move(lane, to)
        if not any(other.talk is left for other in self.lanes.values()):
            if left.case.is_open:
                self.note("joined", left, goes_on=to)
            self._join_cases(left, to)

    def pushed(self, envelope: Envelope) -> bool:
        """Must a channel be called for this?"""
        called = envelope.account.channel not in self.settings.pulled
        return called and not self.lanes[envelope.account].blocked

    def say(self, out: Sequence[Envelope]) -> None:
        """Envelopes enter their timelines and, where the channel must be called, the outbox."""
        for account in {envelope.account for envelope in out}:
            theirs = [envelope for envelope in out if envelope.account == account]
            self.lanes[account].append(theirs)
            if any(envelope.author == "agent" for envelope in theirs):
                self.lanes[account].offered_until = None
            self.bell.ring(timeline_topic(account))
        pushed = [Out(e, self.clock.real()) for e in out if self.pushed(e)]
        self.out.extend(pushed)
        if pushed:
            self.bell.call("outbox")

    def customer(self, lane: Lane) -> Customer:
        talk, level = lane.talk, lane.trust(self.clock.real())
        known = Customer(
            id=talk.customer_id,
            language=talk.language,
            trust=level,
            focus=talk.focus,
            policy=self.settings.policy,
        )
        if level == Trust.ANONYMOUS:
            return known
        return replace(
            known, member_id=talk.member_id, name=talk.name, usual_store=talk.usual_store
        )

    def caller(self, lane: Lane) -> Caller:
        level = lane.trust(self.clock.real())
        if level == Trust.ANONYMOUS:
            return Caller(lane.account, lane.talk.language)
        return Caller(lane.account, lane.talk.language, lane.talk.member_id, lane.session, level)
