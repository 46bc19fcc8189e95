"""Ready page types, for a site whose pages are Wagtail's own."""
