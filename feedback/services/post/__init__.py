"""Notices as rows, and the letters that are made of them and sent."""
