"""The backend alone, as a server: what `madoguchi backend serve` runs."""

import uvicorn

from backend.app import create_app
from backend.settings import BackendSettings


def serve_command(settings: BackendSettings, host: str = "127.0.0.1", port: int = 8100) -> None:
    """Serve until interrupted. Logging is the caller's business."""
    uvicorn.run(create_app(settings), host=host, port=port, log_config=None)
