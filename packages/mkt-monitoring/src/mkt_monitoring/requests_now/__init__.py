"""Requests per minute in the tables of the site, for dashboards without Prometheus."""
