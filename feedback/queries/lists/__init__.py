"""The lists that staff work from: inbox, triage, head's page, restricted desk, search."""
