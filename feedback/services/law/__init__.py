"""Changing the law's rows and the calendar, and bringing open cases along."""
