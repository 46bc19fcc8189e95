"""Queries and connections, measured on any engine without changing ``ENGINE``."""
