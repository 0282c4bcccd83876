"""Platforms call here: checked, translated, stored, and only then answered."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.channel import Channel, Counter
from bot.errors import BadPayload
from bot.http.problems import Problem

log = structlog.get_logger(__name__)


class Webhooks:
    """One door for the webhooks of all channels; every call is counted by what became of it."""

    def __init__(
        self, channels: Mapping[str, Channel], counter: Counter, registry: CollectorRegistry
    ) -> None:
        self._channels = channels
        self._counter = counter
        self._calls = Metric(
            "madoguchi_webhook_calls",
            "Calls of platforms, by what became of them",
            ["channel", "outcome"],
            registry=registry,
        )
        self._messages = Metric(
            "madoguchi_webhook_messages",
            "Messages in calls of platforms; a repeated one is known already",
            ["channel", "fate"],
            registry=registry,
        )

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        router.add_api_route(
            "/webhooks/{channel}",
            self.call,
            methods=["POST"],
            summary="Take in what a platform sends",
            response_class=Response,
            responses={
                400: {"description": "Not the agreed shape"},
                401: {"description": "The signature does not fit"},
                404: {"description": "No such channel"},
                413: {"description": "Over 1 MiB"},
            },
        )
        return router

    async def call(self, channel: str, request: Request) -> Response:
        """Take one call in; 200 once its messages are stored."""
        known = self._channels.get(channel)
        # What a caller makes up must not become a label.
        name = known.name if known else "unknown"
        try:
            if known is None:
                raise Problem("not-found")
            await self._take_in(known, request)
        except HTTPException as refusal:
            outcome = refusal.slug if isinstance(refusal, Problem) else "unreadable"
            self._calls.labels(name, outcome).inc()
            log.warning("webhook.refused", channel=name, outcome=outcome)
            raise
        except Exception:
            self._calls.labels(name, "failed").inc()
            raise
        self._calls.labels(name, "accepted").inc()
        return Response()

    async def _take_in(self, channel: Channel, request: Request) -> None:
        body = await request.body()
        if not channel.verify(request.headers, body):
            raise Problem("bad-signature")
        try:
            messages = channel.read(body)
        except BadPayload as error:
            raise Problem("invalid-request") from error
        new = await self._counter.accept(messages) if messages else 0
        self._messages.labels(channel.name, "new").inc(new)
        self._messages.labels(channel.name, "repeated").inc(len(messages) - new)
