"""Import a JSON export of Ghost."""
