"""The report in the Wagtail admin."""
