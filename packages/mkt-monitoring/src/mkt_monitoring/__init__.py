"""Prometheus metrics for Django and Wagtail, right under several workers."""

__version__ = "0.1.0"
