"""The headless delivery API for any Wagtail site, on Django REST framework."""

__version__ = "0.1.0"
