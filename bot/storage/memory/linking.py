"""Codes that carry a talk to another channel, in memory."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.customers import linking as rules
from bot.customers.linking import CodeNotTaken, CodeTaken, Fate, LinkCode, LinkedAccount, on_code
from bot.customers.profile import Trust
from bot.messages import Account
from bot.storage.memory.house import House, Lane


@dataclass
class _Code:
    code: str
    lane: Lane
    made_at: datetime
    used_key: str | None = None


class MemoryLinking:
    """`bot.ports.Linking`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._codes: dict[str, _Code] = {}
        self._misses: dict[Account, list[datetime]] = {}

    async def make(self, account: Account) -> LinkCode | None:
        lane, now = self._lane(account), self._house.clock.real()
        lately = [
            made
            for made in self._codes.values()
            if made.lane is lane and made.made_at >= now - rules.WITHIN
        ]
        if len(lately) >= rules.CODES_AT_MOST:
            return None
        code = "".join(secrets.choice("0123456789") for _ in range(rules.CODE_DIGITS))
        self._codes[code] = _Code(code, lane, now)
        return LinkCode(code, now + rules.CODE_LASTS)

    async def take(self, account: Account, code: str, key: str) -> CodeTaken | CodeNotTaken:
        now = self._house.clock.real()
        self._lane(account)
        since = now - rules.WITHIN
        missed = [at for at in self._misses.get(account, []) if at >= since]
        if len(missed) >= rules.WRONG_AT_MOST:
            return CodeNotTaken("locked")
        made = self._codes.get(code)
        if made is None:
            self._misses[account] = [*missed, now]
            left = rules.WRONG_AT_MOST - len(missed) - 1
            return CodeNotTaken("wrong", left) if left else CodeNotTaken("locked")
        if made.used_key not in (None, key):
            return CodeNotTaken("used")
        maker = made.lane.account
        if maker.channel == account.channel:
            return CodeNotTaken("same-channel")
        if now > made.made_at + rules.CODE_LASTS and made.used_key is None:
            return CodeNotTaken("expired")
        made.used_key = key
        level = made.lane.trust(now)
        member = made.lane.talk.member_id if level > Trust.ANONYMOUS else None
        return CodeTaken(maker, member, level)

    async def give_back(self, code: str) -> None:
        if code in self._codes:
            self._codes[code].used_key = None

    async def join(self, account: Account, maker: Account) -> None:
        house = self._house
        user, other = self._lane(account).talk, self._lane(maker).talk
        what = on_code(house.party(other), house.party(user))
        if what is Fate.MERGES:
            house.merge(user, other)
        elif what is Fate.LENDS:
            house.lend(other, user)

    async def linked(self, account: Account) -> Sequence[LinkedAccount]:
        house, asking = self._house, self._house.lanes.get(account)
        return [
            LinkedAccount(
                f"{lane.account.channel}:{lane.account.user}",
                lane.account.channel,
                lane.linked_at or lane.since,
                lane is asking,
            )
            for lane in house.lanes.values()
            if asking is not None and lane.talk is asking.talk
        ]

    async def unlink(self, account: Account, which: str) -> Account | None:
        theirs = await self.linked(account)
        one = next((one for one in theirs if one.id == which), None)
        if one is None:
            return None
        lane = self._house.lanes[Account(*which.split(":", 1))]
        if lane.talk.member_id is None and len(theirs) == 1:
            return account
        fresh = self._house.new_talk(lane.talk.language)
        if one.here:
            self._house.part(lane, fresh)
        else:
            self._house.move(lane, fresh)
        lane.untrust()
        return lane.account

    def _lane(self, account: Account) -> Lane:
        return self._house.lane(account, self._house.settings.languages[0])
