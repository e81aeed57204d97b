"""The verbs: what can be done, one file a verb; they take (session, actor, now) and never commit."""
