"""What the ladder asks: dates reached, open steps, whom they address."""
