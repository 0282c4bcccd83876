"""The backend's schema, brought up to date by Alembic under a version table of its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from backend.database import create_engine, writing_engine

VERSION_TABLE = "backend_version"


async def upgrade(url: str) -> None:
    """Create the tables in the database at `url`, or bring them to the newest revision."""
    engine = create_engine(url)
    try:
        async with writing_engine(engine).begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
