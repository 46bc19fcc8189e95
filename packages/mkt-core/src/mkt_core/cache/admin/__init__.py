"""Settings → Response cache in the Wagtail admin."""
