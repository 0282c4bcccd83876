"""For those who watch over the process: alive, ready, and how it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

Probe = Callable[[], Awaitable[object]]
"""Looks whether something we rely on is there; raises when it is not."""

PROBE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Health:
    """`/healthz`, `/readyz` with a probe for each thing we rely on, and `/metrics`."""

    def __init__(self, probes: Mapping[str, Probe], registry: CollectorRegistry) -> None:
        self._probes = probes
        self._registry = registry

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        router.add_api_route("/healthz", self.alive, summary="Is the process alive?")
        router.add_api_route(
            "/readyz",
            self.ready,
            summary="Can it serve customers?",
            response_class=JSONResponse,
            responses={503: {"description": "Something it relies on is missing"}},
        )
        router.add_api_route(
            "/metrics", self.metrics, summary="Metrics for Prometheus", response_class=Response
        )
        return router

    async def alive(self) -> dict[str, str]:
        """200 as long as the process answers at all."""
        return {"status": "ok"}

    async def ready(self) -> JSONResponse:
        """200 when every probe is well, else 503; names them, but not their errors."""
        verdicts = await asyncio.gather(*(self._is_well(name) for name in self._probes))
        checks = {
            name: "ok" if well else "failing"
            for name, well in zip(self._probes, verdicts, strict=True)
        }
        status = "ready" if all(verdicts) else "not ready"
        return JSONResponse({"status": status, "checks": checks}, 200 if all(verdicts) else 503)

    async def metrics(self) -> Response:
        """Everything in the registry."""
        return Response(
            generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _is_well(self, name: str) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._probes[name]()
        except Exception as error:
            log.warning("probe.failed", probe=name, error=type(error).__name__)
            return False
        return True
