"""The common ground of the MKT apps for Wagtail: settings, health, JSON logs, request ids, tasks."""

__version__ = "0.1.0"
