"""Rules that editors set in the Wagtail admin, and the messages that they send."""
