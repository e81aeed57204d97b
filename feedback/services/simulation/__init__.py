"""Passing time over invented messages through the verbs of pages and workers, for drills and benches."""
