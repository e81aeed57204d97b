"""Escalation: due steps climb the ladder, heads get a digest and acknowledge."""
