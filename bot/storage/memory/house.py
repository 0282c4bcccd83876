"""What the ports in memory share: talks, accounts, letters and what goes out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.channel import Envelope, Item
from bot.customers.focus import Focus
from bot.customers.profile import Customer, Trust
from bot.dialogue import codec
from bot.dialogue.state import Conversation
from bot.messages import Account
from bot.ports import Bell, Claim, Clock, Letter, PendingAct
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

    def read(self) -> Conversation:
        return codec.decode(self.body, self.conversation_id)


@dataclass
class Lane:
    """An account with its proof, its timeline and its place in the outbox."""

    account: Account
    talk: Talk
    items: list[tuple[int, int | None, Item]] = field(default_factory=list)
    hidden: int = 0
    linked_at: datetime | None = None
    proven_at: datetime | None = None
    used_at: datetime | None = None
    session: str | None = None
    token: str | None = None
    until: datetime | None = None
    blocked: bool = False

    def trust(self, now: datetime) -> Trust:
        return trust(self.linked_at, self.proven_at, self.used_at, now)

    def append(self, entries: Sequence[Envelope], letter: int | None = None) -> None:
        first = len(self.items) + 1
        for cursor, e in enumerate(entries, first):
            item = Item(cursor, self.account, e.author, e.at, e.content, e.name)
            self.items.append((first, letter, item))


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
class Asked:
    """A talk that asks for a person."""

    id: int
    talk: Talk
    reason: str
    since: datetime
    summary: Mapping[str, Any]


class House:
    """What all ports share."""

    def __init__(self, clock: Clock, settings: StorageSettings, bell: Bell) -> None:
        self.clock = clock
        self.settings = settings
        self.bell = bell
        self.lanes: dict[Account, Lane] = {}
        self.letters: dict[int, Waiting] = {}
        self.events: set[tuple[str, str]] = set()
        self.acts: dict[tuple[int, str], PendingAct] = {}
        self.out: list[Out] = []
        self.requests: list[Asked] = []
        self.talks: list[Talk] = []
        self.numbers = count(1)

    def lane(self, account: Account, language: str) -> Lane:
        if account not in self.lanes:
            self.lanes[account] = Lane(account, self.new_talk(language))
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
