"""What is written into files that a spreadsheet opens."""


def harmless_cell(text: str) -> str:
    """A spreadsheet opens a text like "=1+1" in a CSV file as a formula, which an apostrophe prevents."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
