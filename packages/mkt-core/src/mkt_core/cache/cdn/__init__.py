"""Telling CDNs and proxies what has changed, without anybody waiting for them.

``signal_handlers`` hears of a change, ``delivery`` finds the way: through the site's queue (``tasks``), or in the
background of this process (``background``). ``base`` is what a CDN looks like, ``fastly``, ``cloudflare`` and
``varnish`` are three of them; ``frontend_cache`` is Wagtail's own purging of URLs, and ``pages`` knows the URLs.
"""
