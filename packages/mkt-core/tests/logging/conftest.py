import json
import logging

import pytest

from mkt_core.logging import JsonFormatter


def sound(pairs):
    """Elasticsearch refuses a line that has a name twice; ``json.loads`` does not."""
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


class Lines(logging.Handler):
    """What a log shipper would read."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.texts = []

    def emit(self, record):
        self.texts.append(self.format(record))

    def all(self, logger=None, **wanted):
        found = [json.loads(text, object_pairs_hook=sound) for text in self.texts]
        if logger is not None:
            found = [line for line in found if line["log.logger"].startswith(logger)]
        wanted = {name.replace("__", "."): value for name, value in wanted.items()}
        return [line for line in found if wanted.items() <= line.items()]

    def one(self, logger=None, **wanted):
        [only] = self.all(logger, **wanted)
        return only


@pytest.fixture
def lines():
    """Everything that is logged, as JSON lines."""
    handler, root = Lines(), logging.getLogger()
    names = ["", "mkt_core", "django", "django.request", "django.security", "tests"]
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger, logger.level, logger.propagate, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.propagate = True
        logger.setLevel(logging.INFO)
    logging.getLogger("django").handlers = []
    root.addHandler(handler)
    yield handler
    for logger, level, propagate, handlers in before:
        logger.setLevel(level)
        logger.propagate, logger.handlers = propagate, handlers
