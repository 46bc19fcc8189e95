"""Grafana dashboards, shipped as JSON and made from the descriptions in ``boards``."""
