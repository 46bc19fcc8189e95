"""Writing events and their counts, each event once."""
