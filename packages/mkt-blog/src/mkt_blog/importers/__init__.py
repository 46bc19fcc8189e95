"""Importers from other blog systems."""
