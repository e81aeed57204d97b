"""Hồi Âm: feedback and recommendations of citizens, from the public form to the answer."""
