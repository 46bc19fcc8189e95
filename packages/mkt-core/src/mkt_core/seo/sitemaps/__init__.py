"""Sitemaps (sitemaps.org) of every page, and of what a site adds: ``mkt_core.seo.urls`` serves them."""

from .sections import Section, register, unregister
from .urls import Url

__all__ = ["Section", "Url", "register", "unregister"]
