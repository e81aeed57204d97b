"""Accounts, positions and passwords of staff."""
