"""Everything reception relies on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channel import Channel
from bot.dialogue.replies import Replies
from bot.dialogue.state import Settings as Memory
from bot.dialogue.steps import Skills
from bot.handoff.policy import Policy
from bot.ports import Bell, Clock, Conversations, Customers, Door, Mailbox, Names, Nlu


@dataclass(frozen=True, kw_only=True)
class Counterhand:
    """Everything reception relies on.

    `doors` by the name queries and effects give, `channels` that are on by their names.
    """

    mailbox: Mailbox
    conversations: Conversations
    customers: Customers
    names: Names
    nlu: Nlu
    doors: Mapping[str, Door]
    skills: Skills
    replies: Replies
    clock: Clock
    bell: Bell
    channels: Mapping[str, Channel] = field(default_factory=dict)
    languages: tuple[str, ...] = ("ja", "en")
    settle: timedelta = timedelta(milliseconds=1200)
    memory: Memory = field(default_factory=Memory)
    policy: Policy = field(default_factory=Policy)
