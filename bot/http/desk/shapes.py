"""What the desk's API takes and gives, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.board import Placed
from bot.desk.feed import Signal
from bot.messages.shown import content_json, moment_json
from bot.ports import Agent, DeskItem, Found, QueueRow, Undelivered, Whole

REPLY_AT_MOST = 4000
"""Characters; a channel splits what is longer than it takes in one message."""


class Shape(BaseModel):
    """Strict: what is not known is refused, and never repeated in an error."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


WHOLE = r"^[^\x00]*$"
"""PostgreSQL takes no NUL."""
Words = Annotated[
    str, Field(min_length=1, max_length=REPLY_AT_MOST, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")
]


class Reply(Shape):
    """`client_id`: the same one is sent once."""

    text: Words
    client_id: Annotated[str, Field(min_length=1, max_length=100, pattern=WHOLE)] | None = None


class Noted(Shape):
    text: Words


class Transfer(Shape):
    """To one colleague, or to whoever knows a topic."""

    agent_id: Annotated[str, Field(max_length=64, pattern=WHOLE)] | None = None
    topic: Annotated[str, Field(max_length=64, pattern=WHOLE)] | None = None


class Back(Shape):
    note: Annotated[str, Field(max_length=REPLY_AT_MOST, pattern=WHOLE)] | None = None


class Resolution(Shape):
    reason: Annotated[str, Field(min_length=1, max_length=64, pattern=WHOLE)]


class WaitsFor(Shape):
    turn: Literal["us", "customer", "store"]
    store_id: Annotated[str, Field(max_length=128, pattern=WHOLE)] | None = None


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC; None for never."""
    return None if at is None else moment_json(at)


def queue_item(placed: Placed) -> dict[str, Any]:
    """A row of the queue."""
    row, case = placed.row, placed.row.talk.case
    owner = {"id": case.agent, "name": placed.owner or ""} if case.agent else None
    last = row.last and {
        "author": row.last.author,
        "at": moment(row.last.at),
        "text": row.last.text,
    }
    return {
        "conversation_id": row.talk.conversation_id,
        "state": case.state.value,
        "reason": case.reason,
        "since": moment(case.asked_at),
        "channel": row.talk.account.channel if row.talk.account else None,
        "language": row.talk.language,
        "position": placed.position,
        "priority": case.priority,
        "topic": case.topic,
        "agent": owner,
        "wanted_agent": case.wanted_agent,
        "customer": {"name": row.name, "member": row.is_member},
        "last": last,
        "turn": case.turn,
        "store_id": case.store,
        "unread": case.unread,
        "flagged": row.talk.flagged,
        "muted_until": moment(row.talk.muted_until),
    }


def conversation(
    whole: Whole, summary: Mapping[str, Any], items: list[DeskItem], owner: str | None, more: bool
) -> dict[str, Any]:
    """One conversation with its timeline."""
    row, case = whole.row, whole.row.talk.case
    return {
        "id": row.talk.conversation_id,
        "state": case.state.value,
        "reason": case.reason,
        "since": moment(case.asked_at),
        "channel": row.talk.account.channel if row.talk.account else None,
        "language": row.talk.language,
        "topic": case.topic,
        "turn": case.turn,
        "store_id": case.store,
        "unread": case.unread,
        "flagged": row.talk.flagged,
        "muted_until": moment(row.talk.muted_until),
        "agent": {"id": case.agent, "name": owner or ""} if case.agent else None,
        "customer": customer(whole),
        "summary": summary,
        "items": [item(one) for one in items],
        "earlier": more,
    }


def customer(whole: Whole) -> dict[str, Any]:
    """Who it is, as far as every channel knows."""
    levels = ("anonymous", "linked", "verified")
    trust = max((known.trust for known in whole.accounts), key=levels.index, default="anonymous")
    return {
        "name": whole.row.name,
        "member": whole.row.is_member,
        "trust": trust,
        "channels": [
            {
                "channel": known.account.channel,
                "name": known.display_name,
                "trust": known.trust,
                "blocked": known.blocked,
            }
            for known in whole.accounts
        ],
    }


def item(entry: DeskItem) -> dict[str, Any]:
    """One entry of the timeline."""
    head: dict[str, Any] = {"id": entry.id, "cursor": entry.id, "author": entry.author}
    head["at"] = moment(entry.at)
    head["channel"] = entry.channel
    if entry.name is not None:
        head["name"] = entry.name
    if entry.erased:
        head["erased"] = True
    if entry.joined:
        head["joined"] = True
    if entry.failed is not None:
        head |= {"failed": _refusal(entry.failed), "key": entry.key}
    if entry.media is not None:
        number, content_type = entry.media
        url = f"/desk/api/media/{number}"
        head["media"] = {"url": url, "name": entry.name or "", "content_type": content_type}
    return head | (content_json(entry.content) if entry.content is not None else {})


def colleague(agent: Agent, status: str, has: int) -> dict[str, Any]:
    """A staff member, for colleagues."""
    return {
        "id": agent.id,
        "name": agent.name,
        "role": agent.role,
        "store_id": agent.store_id,
        "status": status,
        "open": has,
        "languages": list(agent.languages),
        "topics": list(agent.topics),
    }


def found(one: Found) -> dict[str, Any]:
    """A line that was found."""
    return {
        "conversation_id": one.conversation_id,
        "customer": {"name": one.customer},
        **item(one.item),
    }


def _refusal(reason: str) -> dict[str, str]:
    """Its kind (`bot.channel.Refusal`), and the platform's words behind it."""
    kind, _, detail = reason.partition(": ")
    return {"kind": kind, "detail": detail}


def failure(one: Undelivered, row: QueueRow | None) -> dict[str, Any]:
    """A message that did not arrive."""
    content = content_json(one.content) if one.content is not None else {}
    return {
        "key": one.key,
        "conversation_id": one.conversation_id,
        "channel": one.account.channel,
        "reason": _refusal(one.reason),
        "since": moment(one.since),
        "customer": {"name": row.name if row else ""},
        "text": content.get("text", ""),
    }


def signal(one: Signal) -> dict[str, Any]:
    """What an event of the stream carries."""
    match one.kind:
        case "queue":
            placed = queue_item(one.placed) if one.placed else None
            return {"conversation_id": one.conversation_id, "item": placed}
        case "message":
            placed = queue_item(one.placed) if one.placed else None
            return {"conversation_id": one.conversation_id, "author": one.author, "item": placed}
        case "joined":
            return {"conversation_id": one.conversation_id, "into": one.into}
        case "supervisor":
            placed = queue_item(one.placed) if one.placed else None
            return {"conversation_id": one.conversation_id, "item": placed}
        case "typing":
            agent_id, name = one.agents[0]
            return {"conversation_id": one.conversation_id, "agent": {"id": agent_id, "name": name}}
        case "viewing":
            agents = [{"id": agent_id, "name": name} for agent_id, name in one.agents]
            return {"conversation_id": one.conversation_id, "agents": agents}
        case "status":
            return {"agent_id": one.agents[0][0], "status": one.status}
    return {}
