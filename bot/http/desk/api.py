"""The desk's API: the queue, conversations, and what staff do with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Response

from bot.desk.office import Office
from bot.errors import NoSuchTalk, NotYours, Unreachable
from bot.http.desk import shapes
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.http.problems import Problem
from bot.ports import Agent, DeskTalk

T = TypeVar("T")
ItemId = Annotated[str | None, Query(max_length=64)]
FOUND_AT_MOST = 50
TRIES = 5


async def allowed(work: Awaitable[T]) -> T:
    """What came of it, or the problem it ran into."""
    try:
        return await work
    except NoSuchTalk:
        raise Problem("not-found", "there is no such conversation") from None
    except NotYours as fault:
        here = {"conversation_id": fault.talk} if fault.talk else {}
        if fault.owner:
            raise Problem("conflict", "a colleague has it", more=here) from None
        raise Problem("not-taken", "take it first", more=here) from None
    except Unreachable:
        raise Problem("unreachable", "the customer has blocked this channel") from None


class Conversations:
    """`/desk/api/queue`, `/desk/api/conversations/…` and what goes with them."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        router = APIRouter(prefix=API, tags=["desk"], dependencies=[Depends(self._guard)])
        staff = [Depends(self._guard.needs("agent"))]
        one = "/conversations/{conversation_id}"
        router.add_api_route("/queue", self.queue, summary="All open talks")
        router.add_api_route(one, self.conversation, summary="One talk with its timeline")
        router.add_api_route(f"{one}/note", self.note, methods=["POST"], summary="Write a note")
        router.add_api_route("/media/{media_id}", self.media, summary="What was sent")
        for path, work, summary in (
            ("/queue/next", self.take_next, "Take whoever should be next for me"),
            (f"{one}/take", self.take, "Take a talk"),
            (f"{one}/reply", self.reply, "Answer the customer"),
            (f"{one}/transfer", self.transfer, "Pass on to a colleague or a topic"),
            (f"{one}/hand_back", self.hand_back, "Give back to the bot"),
            (f"{one}/resolve", self.resolve, "Done"),
            (f"{one}/turn", self.turn, "Say whom it waits for"),
            ("/mine/hand_over", self.hand_over, "Give all of mine back to the queue"),
            ("/failures/{key}/resend", self.resend, "Try once more to send"),
        ):
            router.add_api_route(path, work, methods=["POST"], summary=summary, dependencies=staff)
        for path, read, summary in (
            ("/agents", self.agents, "Colleagues"),
            ("/topics", self.topics, "What talks may be about"),
            ("/search", self.search, "Search what was said"),
            ("/failures", self.failures, "What could not be sent"),
        ):
            router.add_api_route(path, read, summary=summary, dependencies=staff)
        return router

    # Reading ---------------------------------------------------------------------------------

    async def queue(self, session: SignedIn) -> dict[str, Any]:
        """All open talks in the order they should be taken, and where the stream goes on.

        `now` is the business time that waiting is counted from.
        """
        cursor = await self._office.desk.newest()
        rows = [one for one in await self._office.board.rows() if one.concerns(session.agent)]
        items = [shapes.queue_item(one) for one in rows]
        return {"items": items, "cursor": cursor, "now": shapes.moment(self._office.clock.now())}

    async def conversation(
        self, session: SignedIn, conversation_id: str, before: ItemId = None
    ) -> dict[str, Any]:
        """One talk; with `before` the entries earlier than that one."""
        viewing = self._office.viewing
        view = await allowed(viewing.conversation(session.agent, conversation_id, before))
        items = list(view.items)
        return shapes.conversation(view.whole, view.summary, items, view.owner, view.more)

    async def media(self, session: SignedIn, media_id: int) -> Response:
        """A picture or file; shown where that is safe, else to be saved."""
        content, content_type = await allowed(self._office.viewing.media(session.agent, media_id))
        shown = content_type.startswith("image/") and "svg" not in content_type
        disposition = "inline" if shown else "attachment"
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, max-age=3600"}
        return Response(content, media_type=content_type, headers=headers)

    async def agents(self) -> dict[str, Any]:
        """Colleagues, whether they are there, and how many talks each has."""
        cases = (await self._office.handoffs.cases()).values()
        has = Counter(case.agent for case in cases)
        present = {agent.id for agent in await self._office.agents.present()}
        return {
            "items": [
                shapes.colleague(
                    agent,
                    "online" if agent.id in present else "away",
                    has[agent.id],
                )
                for agent in await self._office.agents.listed()
                if agent.disabled_at is None
            ]
        }

    async def topics(self) -> dict[str, Any]:
        """Topics of the configuration and of the staff."""
        known = set(self._office.policy.topics.values())
        for agent in await self._office.agents.listed():
            known |= set(agent.topics)
        return {"items": sorted(known)}

    async def search(
        self,
        session: SignedIn,
        q: Annotated[str, Query(min_length=1, max_length=200)],
        before: ItemId = None,
    ) -> dict[str, Any]:
        """Lines with all these words, newest first."""
        viewing = self._office.viewing
        found = await viewing.search(session.agent, q, before, FOUND_AT_MOST)
        return {"items": [shapes.found(one) for one in found]}

    async def failures(self, session: SignedIn) -> dict[str, Any]:
        """Messages that could not be sent, oldest first."""
        failed = await self._office.viewing.failures(session.agent)
        rows = {
            name: await self._office.handoffs.row(name)
            for name in {one.conversation_id for one in failed}
        }
        return {"items": [shapes.failure(one, rows[one.conversation_id]) for one in failed]}

    # Acting ----------------------------------------------------------------------------------

    async def take_next(self, session: SignedIn) -> dict[str, Any]:
        """Whoever waits longest and suits me; null where there is nobody, or my hands are full."""
        for _ in range(TRIES):
            chosen = await self._office.board.next_for(session.agent)
            if chosen is None:
                break
            try:
                await self._office.talks.take(session.agent, chosen)
            except NotYours:
                continue  # a colleague was faster: then the one after
            return {"conversation_id": chosen}
        return {"conversation_id": None}

    async def take(self, session: SignedIn, conversation_id: str) -> dict[str, Any]:
        """Mine from now on; 409 when a colleague was faster."""
        return done(await allowed(self._office.talks.take(session.agent, conversation_id)))

    async def reply(
        self, session: SignedIn, conversation_id: str, given: shapes.Reply
    ) -> dict[str, Any]:
        """Goes to where the customer wrote last."""
        talks, agent = self._office.talks, session.agent
        work = talks.reply(agent, conversation_id, given.text, given.client_id)
        return done(await allowed(work))

    async def note(
        self, session: SignedIn, conversation_id: str, given: shapes.Noted
    ) -> dict[str, Any]:
        """For colleagues only."""
        work = self._office.talks.note(session.agent, conversation_id, given.text)
        return done(await allowed(work))

    async def transfer(
        self, session: SignedIn, conversation_id: str, given: shapes.Transfer
    ) -> dict[str, Any]:
        """To a colleague by id, or to whoever knows a topic; one of both."""
        if (given.agent_id is None) == (given.topic is None):
            raise Problem("invalid-request", "give an agent_id or a topic")
        if given.agent_id is not None:
            await self._colleague(given.agent_id)
        talks = self._office.talks
        work = talks.pass_on(
            session.agent, conversation_id, to_agent=given.agent_id, topic=given.topic or ""
        )
        return done(await allowed(work))

    async def _colleague(self, agent_id: str) -> Agent:
        agent = await self._office.agents.find(agent_id)
        if agent is None or agent.disabled_at is not None or agent.role == "store":
            raise Problem("invalid-request", "there is no such colleague")
        return agent

    async def hand_back(
        self, session: SignedIn, conversation_id: str, given: shapes.Back | None = None
    ) -> dict[str, Any]:
        """The bot goes on with what is open."""
        note = given.note if given else None
        work = self._office.talks.hand_back(session.agent, conversation_id, note)
        return done(await allowed(work))

    async def resolve(
        self, session: SignedIn, conversation_id: str, given: shapes.Resolution
    ) -> dict[str, Any]:
        """Done, and why."""
        work = self._office.talks.resolve(session.agent, conversation_id, given.reason)
        return done(await allowed(work))

    async def turn(
        self, session: SignedIn, conversation_id: str, given: shapes.WaitsFor
    ) -> dict[str, Any]:
        """Us, the customer, or a store by its id."""
        if (given.turn == "store") != (given.store_id is not None):
            raise Problem("invalid-request", "a store_id goes with turn store, and with no other")
        if given.store_id is not None and given.store_id not in await self._stores():
            raise Problem("invalid-request", "nobody of that store is at the desk")
        talks = self._office.talks
        work = talks.waits(session.agent, conversation_id, given.turn, given.store_id)
        return done(await allowed(work))

    async def _stores(self) -> set[str | None]:
        """Stores that have somebody who may see the question."""
        agents = await self._office.agents.listed()
        return {a.store_id for a in agents if a.role == "store" and a.disabled_at is None}

    async def hand_over(self, session: SignedIn) -> dict[str, int]:
        """At the end of a shift."""
        return {"count": await self._office.talks.hand_all_over(session.agent)}

    async def resend(self, session: SignedIn, key: str) -> Response:
        """202; 404 for what is no failure any more."""
        if not await self._office.talks.send_again(session.agent, key):
            raise Problem("not-found")
        return Response(status_code=202)


def done(talk: DeskTalk) -> dict[str, Any]:
    """How the talk stands after it."""
    return {"conversation_id": talk.conversation_id, "state": talk.case.state.value}
