"""Alembic's entry. The connection, and the transaction around all of it, are those of
service.store.engine."""

from alembic import context

from service.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
