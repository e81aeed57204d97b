"""Learning from what people decided: training in turns, judging, choosing which model is in use."""
