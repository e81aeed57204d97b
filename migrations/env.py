"""How migrations run: as the owner, in one transaction each, giving up rather than holding others up.

The address comes from FEEDBACK_MIGRATION_URL (the owner of the tables, never the web or worker
role), or from the configuration's ``url`` attribute when a program runs them.
"""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine, text

from feedback.models import Base

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = os.environ.get("FEEDBACK_MIGRATION_STATEMENT_TIMEOUT", "5s")
"""Longer for a migration that writes a large table anew while nobody works (docs/operations.md)."""


def run() -> None:
    """Run the asked migrations against the owner's database."""
    url = context.config.attributes.get("url") or os.environ.get("FEEDBACK_MIGRATION_URL")
    if not url:
        raise SystemExit("FEEDBACK_MIGRATION_URL is not set: migrations run as the owner of the tables")
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('lock_timeout', :limit, false)"), {"limit": LOCK_TIMEOUT})
        connection.execute(
            text("SELECT set_config('statement_timeout', :limit, false)"), {"limit": STATEMENT_TIMEOUT}
        )
        connection.commit()
        context.configure(
            connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
