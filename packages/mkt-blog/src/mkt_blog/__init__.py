"""A complete blog for an existing Wagtail site."""

__version__ = "0.1.0"
