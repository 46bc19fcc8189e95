"""gunicorn's own messages in the form of the site's, and metrics that are right with several workers.

gunicorn --config deploy/logs/gunicorn.conf.py --workers 4 example.wsgi

Its access log is off, as AccessLogMiddleware writes one without paths. With several workers, the environment variable
PROMETHEUS_MULTIPROC_DIR names the directory in which they count together; without it there is a warning at the start.
"""

from mkt_core import logging as mkt_logging
from mkt_monitoring.gunicorn import (  # noqa: F401
    child_exit,
    on_starting,
    post_worker_init,
    worker_exit,
)

accesslog = None
# Longer than nginx keeps a connection (keepalive_timeout of its upstream, 60 s): the side that closes must not be the
# one that a request is just being sent to.
keepalive = 75
logconfig_dict = mkt_logging.config("INFO", service="mkt-site")
# gunicorn gives its loggers handlers of their own, unless they are named.
logconfig_dict["loggers"]["gunicorn.error"] = {
    "handlers": ["mkt"],
    "level": "INFO",
    "propagate": False,
}
logconfig_dict["loggers"]["gunicorn.access"] = {"handlers": [], "propagate": False}
