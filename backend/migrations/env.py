"""Run by Alembic: migrate over the connection that `backend.migrations` handed in."""

from alembic import context

from backend.migrations import VERSION_TABLE
from backend.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
