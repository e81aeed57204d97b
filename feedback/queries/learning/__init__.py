"""What learning reads: labels, models, and how routing did."""
