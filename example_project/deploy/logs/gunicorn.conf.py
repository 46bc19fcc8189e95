"""gunicorn's own messages in the same form; its access log is off, as AccessLogMiddleware writes one without paths.

gunicorn --config deploy/logs/gunicorn.conf.py example.wsgi
"""

from mkt_core import logging as mkt_logging

accesslog = None
logconfig_dict = mkt_logging.config("INFO", service="mkt-site")
# gunicorn gives its loggers handlers of their own, unless they are named.
logconfig_dict["loggers"]["gunicorn.error"] = {
    "handlers": ["mkt"],
    "level": "INFO",
    "propagate": False,
}
logconfig_dict["loggers"]["gunicorn.access"] = {"handlers": [], "propagate": False}
