"""JSON log lines on the standard library's logging, for the ``LOGGING`` setting."""

from ._config import config
from ._filter import RequestIdFilter
from ._formatter import JsonFormatter

__all__ = ["JsonFormatter", "RequestIdFilter", "config"]
