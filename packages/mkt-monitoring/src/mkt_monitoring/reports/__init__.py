"""Dashboards in the Wagtail admin."""
