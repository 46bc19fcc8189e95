"""Noticing what is read while a response renders and what is written: one wrapper around every SQL statement."""
