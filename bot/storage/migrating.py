"""The schema, brought up to date by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.storage.database import connect

SCRIPTS = Path(__file__).parents[2] / "migrations"


async def upgrade(url: str) -> None:
    """Create the tables in the database at `url`, or bring them to the newest revision.

    Raises `bot.errors.Misconfigured` for a database the counter does not run on.
    """
    database = connect(url)
    try:
        await database.transact(_upgrade)
    finally:
        await database.close()


def _upgrade(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
