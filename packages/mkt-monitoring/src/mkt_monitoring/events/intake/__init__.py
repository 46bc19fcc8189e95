"""The address that browsers tell events to."""
