"""What staff read, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.channel import Fetched, Item
from bot.messages.shown import for_staff
from bot.ports import DeskEvent, DeskItem, Found, Undelivered
from bot.storage.encoding import TAKEN_BACK, dump_message
from bot.storage.memory.house import House, Lane, Out


class MemoryDesk:
    """`bot.ports.Desk`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def timeline(
        self, conversation_id: str, before: str | None, limit: int
    ) -> Sequence[DeskItem]:
        house = self._house
        gone = house.gone.get(conversation_id)
        while gone is not None:
            conversation_id = gone.conversation_id
            gone = house.gone.get(conversation_id)
        talk = next((t for t in house.talks if t.conversation_id == conversation_id), None)
        if talk is None:
            return []
        lanes = [lane for lane in house.lanes.values() if lane.talk is talk]
        items = [item for lane in lanes for item in self._lane(lane)]
        items += [note for owner, note in house.notes if owner is talk]
        items.sort(key=lambda item: (item.at, _place(item.id)))
        ids = [item.id for item in items]
        if before in ids:
            items = items[: ids.index(before)]
        return items[-limit:]

    def _lane(self, lane: Lane) -> Iterator[DeskItem]:
        house = self._house
        number = list(house.lanes).index(lane.account) + 1
        dead = [out for out in house.out if out.dead and out.envelope.account == lane.account]
        for _turn, _letter, item in lane.items[lane.hidden :]:
            lost = next((out for out in dead if _is(out, item)), None)
            erased = item.content == TAKEN_BACK
            yield DeskItem(
                f"t-{number}-{item.cursor}",
                item.author,
                item.at,
                lane.account.channel,
                None if erased else for_staff(item.content),
                item.name,
                failed=lost.reason if lost else None,
                key=lost.envelope.key if lost else None,
                erased=erased,
            )
        ahead = house.clock.now() - house.clock.real()
        for place, medium in enumerate(house.media.values(), 1):
            if medium.account == lane.account:
                kind = medium.fetched.content_type
                yield DeskItem(
                    f"m-{number}-{place}",
                    "customer",
                    medium.at + ahead,
                    lane.account.channel,
                    name=medium.name or None,
                    media=(place, kind),
                )

    async def search(self, words: str, before: str | None, limit: int) -> Sequence[Found]:
        wanted = words.casefold().split()
        found = [
            Found(lane.talk.conversation_id, self._called(lane), item)
            for lane in self._house.lanes.values()
            for item in self._lane(lane)
            if item.content is not None
            and (
                all(word in dump_message(item.content).casefold() for word in wanted)
                or all(word in self._called(lane).casefold() for word in wanted)
            )
        ]
        found.sort(key=lambda one: one.item.at, reverse=True)
        ids = [one.item.id for one in found]
        return found[ids.index(before) + 1 if before in ids else 0 :][:limit]

    def _called(self, lane: Lane) -> str:
        return lane.talk.name or lane.display_name or ""

    async def media(self, media_id: int) -> tuple[str, Fetched] | None:
        kept = list(self._house.media.values())
        if not 0 < media_id <= len(kept):
            return None
        medium = kept[media_id - 1]
        return self._house.lanes[medium.account].talk.conversation_id, medium.fetched

    async def undelivered(self) -> Sequence[Undelivered]:
        return [
            Undelivered(
                out.envelope.key,
                out.envelope.account,
                out.reason,
                out.dead,
                self._house.lanes[out.envelope.account].talk.conversation_id,
                for_staff(out.envelope.content),
            )
            for out in self._house.out
            if out.dead is not None
        ]

    async def send_again(self, key: str) -> bool:
        for out in self._house.out:
            if out.envelope.key == key and out.dead is not None:
                out.dead, out.due, out.attempts = None, self._house.clock.real(), 0
                return True
        return False

    async def newest(self) -> str:
        return str(len(self._house.events))

    async def events(self, after: str, limit: int) -> Sequence[DeskEvent] | None:
        if not (after.isascii() and after.isdigit() and int(after) <= len(self._house.events)):
            return None
        if int(after) < self._house.forgotten:
            return None
        return self._house.events[int(after) :][:limit]

    async def forget_events(self, before: datetime) -> int:
        """All that was noted until now; times are not kept here."""
        house = self._house
        dropped = len(house.events) - house.forgotten if before >= house.clock.real() else 0
        house.forgotten += dropped
        return dropped


def _is(out: Out, item: Item) -> bool:
    return (out.envelope.content, out.envelope.at) == (item.content, item.at)


def _place(item_id: str) -> tuple[str, int, int]:
    kind, account, number = item_id.split("-")
    return kind, int(account), int(number)
