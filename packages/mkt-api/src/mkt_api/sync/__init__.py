"""Copies of the content that other systems keep up to date."""
