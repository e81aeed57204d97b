"""Complaints, denunciations and reports of crimes: set apart, and seen by an access list only."""
