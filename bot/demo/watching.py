"""What the demo's page shows of the counter's own memory. No part of what serves customers."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialogue import colors
from bot.dialogue.state import Conversation
from bot.loading import load_words
from bot.main import House
from bot.messages import Account
from bot.messages.outbound import Text
from bot.ports import Claim, Sheet
from bot.shopfront.base import names_own_words

OWN_WORDS = "question"
"""The slot of what a customer asked in words of their own: nothing that "that one" could mean."""
LOOKED_BACK = 10
"""Entries of a timeline in which an open question is looked for."""


class Watch:
    """Knows whom the counter takes the owner of a browser and its phones for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._words = load_words()
        self._problem = importlib.import_module("connectors.webchat.problems").Problem
        sessions = importlib.import_module("connectors.webchat").SqlSessions(house.storage.database)
        tokens = importlib.import_module("connectors.webchat.tokens")
        self._tokens = tokens.Tokens(sessions, house.clock.real)

    async def __call__(
        self, authorization: str, phones: Mapping[str, str]
    ) -> Sequence[Mapping[str, Any]]:
        """One entry for each customer, with those accounts of theirs that belong to this browser.

        `authorization` is the web chat's, `phones` the ids on platforms by channel. What was
        spoken of is named in the language of the talk.
        """
        accounts = [Account(channel, user) for channel, user in phones.items()]
        if web := await self._web(authorization):
            accounts.insert(0, web)
        found: dict[str, dict[str, Any]] = {}
        for account in accounts:
            sheet = await self._sheet(account)
            if sheet is None:
                continue
            shown = found.setdefault(sheet.customer.id, {"accounts": []})
            trust = sheet.customer.trust.name.lower()
            shown["accounts"].append({"channel": account.channel, "trust": trust})
            if "focus" not in shown:
                shown |= await self._customer(sheet, accounts)
        return list(found.values())

    async def _web(self, authorization: str) -> Account | None:
        try:
            session = await self._tokens.session(authorization)
        except self._problem:
            return None
        return Account("webchat", session.user)

    async def _sheet(self, account: Account) -> Sheet | None:
        """All that is known on an account; None where nobody has written yet."""
        storage = self._house.storage
        customer = await storage.customers.profile(account)
        if not customer.id:
            return None
        return await storage.conversations.open(Claim(customer.id, "", ()), account)

    async def _customer(self, sheet: Sheet, accounts: Sequence[Account]) -> dict[str, Any]:
        customer = sheet.customer
        age = timedelta(hours=self._house.settings.bot.dialogue.focus_hours)
        now = self._house.clock.now()
        spoken_of = {
            slot: colors.named(mentioned.label, customer.language)
            for slot in customer.focus.last
            if slot != OWN_WORDS
            and (mentioned := customer.focus.within(slot, now, age))
            and not names_own_words(mentioned.label)  # a button's, and nothing spoken of
        }
        member = customer.member_id and (customer.name or customer.member_id)
        asked = await self._asked(sheet.conversation, accounts, customer.language)
        return {"member": member, "focus": spoken_of, "question": asked}

    async def _asked(
        self, talk: Conversation, accounts: Sequence[Account], language: str
    ) -> dict[str, str] | None:
        """What the counter waits for: what it is about, and the question as it was put."""
        asked = talk.asked
        frame = talk.frame(asked.frame) if asked else None
        if asked is None or frame is None:
            return None
        about = self._words[language][f"skill.{frame.skill}"]
        said = await self._said(asked.channel, accounts)
        if asked.choices or asked.effect:
            # Something else may have been said since, with next steps to choose from.
            steps = {b.token for b in talk.shown if b.kind in ("open", "resume")}
            said = [t for t in said if t.choices and steps.isdisjoint(c.tap for c in t.choices)]
        return {"about": about, "words": said[0].text if said else ""}

    async def _said(self, channel: str, accounts: Sequence[Account]) -> Sequence[Text]:
        """What the counter last said on this channel, latest first, if the channel is here."""
        items = [
            item
            for account in accounts
            if account.channel == channel
            for item in await self._house.storage.timeline.before(account, None, LOOKED_BACK)
        ]
        texts = [i.content for i in items if i.author == "bot" and isinstance(i.content, Text)]
        return texts[::-1]
