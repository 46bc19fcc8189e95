"""What editors and visitors do with Wagtail."""
