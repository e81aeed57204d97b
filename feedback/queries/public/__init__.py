"""What the public sees: board, figures, tracking, choices of the form."""
