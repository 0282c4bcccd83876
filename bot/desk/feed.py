"""What changed for staff, read once for all who watch in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from bot.desk.board import Board, Placed
from bot.ports import Agent, Agents, Bell, Desk, DeskEvent

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
SETTLES_SECONDS = 0.02
"""On PostgreSQL an event is not shown before transactions that began earlier have ended."""
LOOKS_AT_MOST = 5
AT_ONCE = 200
UNREAD_AT_MOST = 1000
"""Who does not read for so long is told to look at everything anew."""


@dataclass(frozen=True, eq=False)
class Signal:
    """Something staff should see. `cursor` is set for what can be told again after a break.

    Told to everybody, it is one and the same object: what is made of it need be made only once.

    `kind` is "queue" or "message" (a conversation changed; `placed` is its row, None when it left
    the queue), "joined" (it goes on in the conversation `into`), "supervisor" (somebody calls for
    one), "typing", "viewing" or "status" (colleagues), or "reset" (look at everything anew).
    """

    kind: str
    conversation_id: str = ""
    author: str = ""
    cursor: str | None = None
    placed: Placed | None = None
    agents: tuple[tuple[str, str], ...] = ()
    status: str = ""
    into: str = ""

    def concerns(self, agent: Agent) -> bool:
        """Is this for that one's eyes? A store sees what it was asked about, and what ended."""
        if self.kind == "supervisor":
            return agent.role in ("supervisor", "admin")
        if agent.role != "store" or self.kind == "reset":
            return True
        if self.kind == "queue" and self.placed is None:
            return True
        return self.placed is not None and self.placed.concerns(agent)


RESET = Signal("reset")


class Watcher:
    """One open page."""

    def __init__(self, agent_id: str, name: str, viewing: str | None) -> None:
        self.agent_id = agent_id
        self.name = name
        self.viewing = viewing
        self._unread: asyncio.Queue[Signal] = asyncio.Queue(UNREAD_AT_MOST)

    def tell(self, signal: Signal) -> None:
        """Pass a signal on; who is too far behind starts over."""
        if self._unread.full():
            while not self._unread.empty():
                self._unread.get_nowait()
            signal = RESET
        self._unread.put_nowait(signal)

    async def next(self, seconds: float) -> list[Signal]:
        """All unread signals, as soon as there is one; none when the time is up."""
        try:
            async with asyncio.timeout(seconds):
                signals = [await self._unread.get()]
        except TimeoutError:
            return []
        while not self._unread.empty():
            signals.append(self._unread.get_nowait())
        return signals


class Feed:
    """Events from the database, with the talks they are about, to every watcher."""

    def __init__(self, desk: Desk, agents: Agents, board: Board, bell: Bell) -> None:
        self._desk = desk
        self._agents = agents
        self._board = board
        self._bell = bell
        self._watchers: set[Watcher] = set()
        self._watched = asyncio.Event()

    async def run(self) -> None:
        """Read on until cancelled."""
        async with asyncio.TaskGroup() as readers:
            readers.create_task(self._follow_talks())
            readers.create_task(self._follow_staff())

    async def _follow_staff(self) -> None:
        """Tell who came and who went. Whoever vanishes does not say so, and any process may hear
        it of who does: so it is looked up, while somebody watches.
        """
        known: frozenset[tuple[Agent, bool]] | None = None
        while True:
            await self._watched.wait()
            try:
                known = await self._tell_staff(known)
            except Exception as fault:
                log.error("desk.feed_fault", fault=type(fault).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if not self._watchers:
                known = None  # a page that opens reads for itself who is there

    async def _tell_staff(
        self, known: frozenset[tuple[Agent, bool]] | None
    ) -> frozenset[tuple[Agent, bool]]:
        now = await self._staff()
        changed = now - known if known is not None else ()
        for agent, is_there in changed:
            status = "online" if is_there else "away"
            self.tell(Signal("status", agents=((agent.id, agent.name),), status=status))
        return now

    async def _staff(self) -> frozenset[tuple[Agent, bool]]:
        """Everybody, and whether they take new talks.

        Who comes and at once goes away differs, too, from who was not there.
        """
        present = {agent.id for agent in await self._agents.present()}
        everybody = await self._agents.listed()
        return frozenset((replace(each, seen_at=None), each.id in present) for each in everybody)

    async def _follow_talks(self) -> None:
        cursor = await self._desk.newest()
        while True:
            await self._bell.wait("desk", LOOK_EVERY_SECONDS)
            try:
                cursor = await self._pass_on(cursor)
            except Exception as fault:
                log.error("desk.feed_fault", fault=type(fault).__name__)
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _pass_on(self, cursor: str) -> str:
        if not self._watchers:
            newest = await self._desk.newest()
            # Who came meanwhile may have looked before the newest was there.
            return cursor if self._watchers else newest
        for look in range(LOOKS_AT_MOST):
            events = await self._desk.events(cursor, AT_ONCE)
            if events is None:
                self.tell(RESET)
                return await self._desk.newest()
            if events:
                for signal in await self._signals(events):
                    self.tell(signal)
                return events[-1].cursor
            await asyncio.sleep(SETTLES_SECONDS * look)
        return cursor

    async def since(self, cursor: str) -> Sequence[Signal]:
        """What a page missed; one `reset` when that cannot be told."""
        events = await self._desk.events(cursor, UNREAD_AT_MOST)
        if events is None or len(events) == UNREAD_AT_MOST:
            return [RESET]
        return await self._signals(events)

    async def _signals(self, events: Sequence[DeskEvent]) -> list[Signal]:
        if not events:
            return []
        ends = [await self._end(event) for event in events]
        now = await self._board.these(set(ends))
        return [
            Signal(
                event.kind,
                event.conversation_id,
                event.author,
                event.cursor,
                now.get(end),
                into=end if event.kind == "joined" else "",
            )
            for event, end in zip(events, ends, strict=True)
        ]

    async def _end(self, event: DeskEvent) -> str:
        """The talk to look at: where one that was joined with another goes on, that one."""
        return await self._board.current(event.goes_on) if event.goes_on else event.conversation_id

    def tell(self, signal: Signal) -> None:
        """Pass a signal on to all who watch."""
        for watcher in tuple(self._watchers):
            watcher.tell(signal)

    @contextmanager
    def watched(self, agent_id: str, name: str, viewing: str | None) -> Iterator[Watcher]:
        """A page is open, and shows this conversation."""
        watcher = Watcher(agent_id, name, viewing)
        self._watchers.add(watcher)
        self._watched.set()
        try:
            self._tell_viewing(viewing)
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._watched.clear()
            self._tell_viewing(viewing)

    def _tell_viewing(self, conversation_id: str | None) -> None:
        if conversation_id is not None:
            self.tell(Signal("viewing", conversation_id, agents=self.viewers(conversation_id)))

    def viewers(self, conversation_id: str) -> tuple[tuple[str, str], ...]:
        """Who has a conversation open: ids and names."""
        return tuple(
            sorted({(w.agent_id, w.name) for w in self._watchers if w.viewing == conversation_id})
        )
