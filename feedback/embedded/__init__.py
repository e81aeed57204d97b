"""The installation that starts itself: its own PostgreSQL and Valkey, and one supervisor over all.

Nothing here is needed in production, where the stores and the processes belong to
the operating system (docs/operations.md); everything here starts the very same engines.
"""
