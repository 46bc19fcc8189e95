"""JSON log lines on the standard library's logging, for the ``LOGGING`` setting."""

from ._config import config
from ._filter import RequestIdFilter
from ._formatter import JsonFormatter
from ._text_formatter import TextFormatter
from .handlers import SafeFileHandler, SafeStreamHandler

__all__ = [
    "JsonFormatter",
    "RequestIdFilter",
    "SafeFileHandler",
    "SafeStreamHandler",
    "TextFormatter",
    "config",
]
