"""Run by Alembic: applies migrations on the connection that `storage/migrate.py` hands over."""

from alembic import context

from alistach.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # A migration that is interrupted leaves nothing behind, on SQLite too.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
