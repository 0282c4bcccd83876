"""A server that answers as Rasa's HTTP API does, or as it should not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a token of the stand-in"


@dataclass
class Reply:
    """An answer; `hold` is waited for before it is sent, `cut` ends the connection instead."""

    body: bytes
    status: int = 200
    hold: threading.Event | None = None
    cut: bool = False


def parsed(*intents: tuple[str, float], entities: tuple[dict[str, Any], ...] = ()) -> Reply:
    """What Rasa answers: intents with their confidences, likeliest first."""
    ranking = [{"name": name, "confidence": odds} for name, odds in intents]
    told = {"text": "", "intent": ranking[0], "intent_ranking": ranking, "entities": entities}
    return Reply(json.dumps(told).encode())


@dataclass
class StandIn:
    """`answer` says what to reply to a text; `asked` are the texts so far."""

    address: str
    answer: Callable[[str], Reply]
    asked: list[str] = field(default_factory=list)


@contextmanager
def rasa_stand_in() -> Iterator[StandIn]:
    """A stand-in on a port of its own while the block runs; it knows greetings only."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            address = urlsplit(self.path)
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
            if address.path != "/model/parse" or parse_qs(address.query) != {"token": [TOKEN]}:
                self.send_error(401)
                return
            here.asked.append(text)
            reply = here.answer(text)
            if reply.hold:
                reply.hold.wait(30)
            if reply.cut:
                return
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asked may be gone
    here = StandIn(f"http://127.0.0.1:{server.server_port}", lambda text: parsed(("greet", 0.9)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
