"""The desk, put together: everything its API and its background work rely on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.channel import Channel
from bot.desk.board import Board
from bot.desk.canned import Canned, CannedReplies
from bot.desk.conduct import Conduct
from bot.desk.feed import Feed
from bot.desk.keeper import Keeper
from bot.desk.panel import Panel
from bot.desk.places import Places
from bot.desk.talks import Hands, Talks
from bot.desk.viewing import Viewing
from bot.desk.voice import Voice
from bot.dialogue.replies import Replies
from bot.handoff.policy import Policy
from bot.ports import Agents, Bell, Clock, Desk, DeskAudit, Door, Handoffs, Learning

Suggest = Callable[[str], Awaitable[str | None]]
"""What the bot would answer in a conversation, None for nothing good. Raises `NoSuchTalk`."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """The staff's side of the counter."""

    talks: Talks
    conduct: Conduct
    board: Board
    viewing: Viewing
    panel: Panel
    canned: Canned
    suggest: Suggest
    feed: Feed
    keeper: Keeper
    places: Places
    handoffs: Handoffs
    desk: Desk
    agents: Agents
    audit: DeskAudit
    learning: Learning
    policy: Policy
    clock: Clock
    channels: Mapping[str, Channel]


def open_office(
    *,
    handoffs: Handoffs,
    desk: Desk,
    agents: Agents,
    audit: DeskAudit,
    learning: Learning,
    bell: Bell,
    clock: Clock,
    policy: Policy,
    replies: Replies,
    channels: Mapping[str, Channel],
    shop: Door,
    suggest: Suggest,
    canned: CannedReplies,
    brand: str,
) -> Office:
    """The desk over these ports; `channels` are those that are on, by name.

    `shop` is the door to the shop's own systems, `brand` what the shop is called.
    """
    voice = Voice(replies, clock)
    hands = Hands(handoffs, agents, desk, audit, voice, policy, clock)
    board = Board(handoffs, agents, policy)
    # Where handles grow old, whatever is sent without one costs money.
    free = {name for name, one in channels.items() if one.abilities.offer_after is None}
    return Office(
        talks=Talks(hands),
        conduct=Conduct(hands),
        board=board,
        viewing=Viewing(handoffs, desk, agents, audit, clock),
        panel=Panel(handoffs, shop, audit, clock, policy.zone),
        canned=Canned(canned, brand, handoffs),
        suggest=suggest,
        feed=Feed(desk, agents, board, bell),
        places=Places(handoffs, clock, policy.place_every, free),
        keeper=Keeper(handoffs, agents, desk, voice, policy, clock, clock.real()),
        handoffs=handoffs,
        desk=desk,
        agents=agents,
        audit=audit,
        learning=learning,
        policy=policy,
        clock=clock,
        channels=channels,
    )
