"""Serves a model on loopback, or hands it to the server that runs there already.

    python -m rasa_server.serve MODEL PORT

The token is MADOGUCHI_RASA_TOKEN, else the one kept in `rasa_server/var/token`. It is no argument
of the process, which everybody on the machine could read, and Rasa keeps no access log, where the
query string with it would stand.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import requests

TOKEN = Path(__file__).parent / "var" / "token"


def token() -> str:
    """The token that is set, else the one that is kept; made when there is none."""
    if given := os.environ.get("MADOGUCHI_RASA_TOKEN"):
        return given
    if not TOKEN.exists():
        TOKEN.parent.mkdir(parents=True, exist_ok=True)
        TOKEN.touch(mode=0o600)
        TOKEN.write_text(secrets.token_urlsafe())
    return TOKEN.read_text().strip()


def replace(model: Path, address: str) -> bool:
    """Hand the model to the server at this address; False where nobody answers.

    Who is asked meanwhile waits, and the old model stays where the new one cannot be read.
    """
    try:
        session = requests.Session()
        session.trust_env = False  # a proxy is no way to this machine
        answer = session.put(
            f"{address}/model",
            params={"token": token()},
            json={"model_file": str(model.resolve())},
            timeout=120,
        )
    except requests.ConnectionError:
        return False
    if not answer.ok:
        sys.exit(f"{address} did not take the model: HTTP {answer.status_code}")
    return True


def main() -> None:
    """Replace the model of a running server, or become one."""
    model, port = Path(sys.argv[1]), sys.argv[2]
    address = f"http://127.0.0.1:{port}"
    if replace(model, address):
        print(f"Rasa at {address} answers with {model.name} from now on.")
        return
    print(f"Rasa is about to listen on {address}: MADOGUCHI_NLU=rasa .venv/bin/madoguchi chat")
    if port != "5005":
        print(f"The counter finds it there with MADOGUCHI_RASA_URL={address}")
    sys.stdout.flush()
    from rasa.__main__ import main as rasa

    sys.argv = ["rasa", "run", "--enable-api", "--quiet", "--model", str(model)]
    sys.argv += ["--interface", "127.0.0.1", "--port", port, "--auth-token", token()]
    rasa()


if __name__ == "__main__":
    main()
