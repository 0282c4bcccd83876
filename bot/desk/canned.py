"""Replies the operator has written for staff to choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.dialogue.wording import Wording
from bot.errors import NoSuchTalk
from bot.handoff import summary
from bot.ports import Agent, Handoffs, Whole

TEXT_AT_MOST = 4000
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_TO_FILL: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ja": {"name": "お名前", "agent": "担当者名", "shop": "店名", "order": "注文番号"},
        "en": {"name": "name", "agent": "your name", "shop": "shop", "order": "order number"},
    }
)


def _known(text: str) -> str:
    unknown = [name for name in _VARIABLE.findall(text) if name not in _TO_FILL["ja"]]
    if unknown:
        raise ValueError(f"nothing is known as {', '.join(f'{{{name}}}' for name in unknown)}")
    return text


class CannedReply(BaseModel):
    """One reply, known by its `key`; `title` is what staff see of it.

    `text` may hold {name} {agent} {shop} {order}.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    key: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_AT_MOST), AfterValidator(_known)]

    def filled(self, known: Mapping[str, str], language: str) -> str:
        """The text with what is known; the rest stands in 〔〕 for the staff member to fill."""
        to_fill = _TO_FILL["ja" if language == "ja" else "en"]

        def value(found: re.Match[str]) -> str:
            return known.get(found[1]) or f"〔{to_fill[found[1]]}〕"

        return _VARIABLE.sub(value, self.text)


CannedReplies = Mapping[str, Sequence[CannedReply]]
"""By language."""


class Canned:
    """The replies, filled for one staff member and one talk; `shop` is what the shop is called."""

    def __init__(self, replies: CannedReplies, shop: str, handoffs: Handoffs) -> None:
        self._replies = replies
        self._shop = shop
        self._handoffs = handoffs

    async def listed(
        self, agent: Agent, language: str, conversation_id: str | None
    ) -> Sequence[tuple[CannedReply, str]]:
        """Every reply of a language with its text as far as it can be filled.

        Raises `NoSuchTalk`.
        """
        known = {"agent": agent.name, "shop": self._shop}
        if conversation_id is not None:
            whole = await self._handoffs.whole(conversation_id)
            if whole is None:
                raise NoSuchTalk
            known |= _about(whole, language)
        return [(one, one.filled(known, language)) for one in self._replies.get(language, ())]


def _about(whole: Whole, language: str) -> dict[str, str]:
    """Only a member is called by name: what a platform calls its user is none."""
    orders = (
        str(request["slots"].get("order_number") or "")
        for request in summary.asked(whole.conversation, whole.summary)
    )
    name = Wording(language, UTC).family(whole.row.name) if whole.row.is_member else ""
    return {"name": name, "order": next(filter(None, orders), "")}
