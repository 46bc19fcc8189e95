"""A topic of Kafka, as JSON objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ..rows import EventRow
from .base import Sink


class KafkaSink(Sink):
    """Keys of ``SINK_OPTIONS``. Aggregates and dashboards of this package need its own tables: they stay empty.

    Args:
        SERVERS: "kafka-1:9092,kafka-2:9092".
        TOPIC: the events have the key of their visitor, so that those of one visitor stay in order.
        TIMEOUT_SECONDS: for the brokers to confirm a batch.
        CONFIGURATION: more for librdkafka, such as {"security.protocol": "SASL_SSL"}.
    """

    name = "kafka"

    def __init__(
        self,
        *,
        SERVERS: str,  # noqa: N803
        TOPIC: str = "mkt-events",  # noqa: N803
        TIMEOUT_SECONDS: float = 10.0,  # noqa: N803
        CONFIGURATION: dict[str, Any] | None = None,  # noqa: N803
    ) -> None:
        try:
            from confluent_kafka import Producer
        except ImportError as error:
            raise ImproperlyConfigured(
                "EVENTS['SINK'] 'kafka' needs the package confluent-kafka: install mkt-monitoring[kafka]."
            ) from error
        self._topic, self._timeout_seconds = TOPIC, TIMEOUT_SECONDS
        self._producer = Producer(
            {
                "bootstrap.servers": SERVERS,
                # What is sent again after a lost answer is not stored twice.
                "enable.idempotence": True,
                "message.timeout.ms": int(TIMEOUT_SECONDS * 1000),
                **(CONFIGURATION or {}),
            }
        )

    def write(self, rows: Sequence[EventRow]) -> None:
        failures: list[str] = []

        def note(error: Any, message: Any) -> None:
            if error is not None:
                failures.append(str(error))

        for row in rows:
            text = json.dumps(row._asdict(), ensure_ascii=False)
            self._producer.produce(
                self._topic, text.encode(), key=row.visitor or None, on_delivery=note
            )
        waiting = self._producer.flush(self._timeout_seconds + 1)
        if waiting:
            # What is left would otherwise be sent beside the same batch that comes again.
            self._producer.purge()
            self._producer.flush(1)
        if waiting or failures:
            raise OSError(f"Kafka has not taken {waiting + len(failures)} events: {failures[:1]}")
