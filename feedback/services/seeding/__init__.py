"""Filling an empty database: the reference data of a province, and the demonstration upon it."""
