"""A process that changes something and ends: ``python process.py URL return|sigterm``."""

import logging
import os
import signal
import sys

import django
from django.conf import settings


def main(url, end):
    logging.basicConfig(format="%(levelname)s %(message)s")
    settings.configure(
        MKT_CORE={
            "CACHE_CDN": {
                "varnish": {
                    "BACKEND": "mkt_core.cache.cdn.varnish.VarnishTags",
                    "LOCATION": f"{url}/",
                }
            },
            "CACHE_CDN_EXIT_SECONDS": 0.5,
        }
    )
    django.setup()
    from mkt_core.cache.cdn import channel, signal_handlers
    from mkt_core.cache.purging import deliver

    # Nothing would be sent yet if the end did not hurry it.
    channel.GATHER_SECONDS = 30
    signal_handlers.connect()
    deliver({"page:7"})
    if end == "sigterm":
        # As the servers that run Django do.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
