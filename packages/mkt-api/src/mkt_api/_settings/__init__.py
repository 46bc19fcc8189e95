"""The keys of ``MKT_API``, one module for each concern; ``mkt_api.conf`` puts them together."""
