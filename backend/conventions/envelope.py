"""Around every request: its id goes back to the caller, and its body has a limit."""

import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.conventions.problems import Problem, problem_response

MAX_BODY_BYTES = 1024 * 1024
MAX_ID_LENGTH = 128


class Envelope:
    """ASGI middleware that echoes `Request-Id` (or makes one) and refuses bodies over 1 MiB."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("request-id", "")
        fits = 0 < len(given) <= MAX_ID_LENGTH and given.isprintable() and given.isascii()
        identifier = given if fits else str(uuid.uuid4())
        scope["request_id"] = identifier
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise Problem("too-large", "the body is over 1 MiB")
            return message

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Request-Id"] = identifier
            await send(message)

        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > MAX_BODY_BYTES:
            problem = Problem("too-large", "the body is over 1 MiB")
            await problem_response(problem, identifier)(scope, receive, marked)
            return
        await self.app(scope, limited, marked)
