"""The example site: all four MKT packages wired together."""
