"""What ``MKT_CORE`` may contain, one module per concern.

They import nothing of this package, so that every part of it may read them. ``mkt_core.conf`` puts them together.
"""
