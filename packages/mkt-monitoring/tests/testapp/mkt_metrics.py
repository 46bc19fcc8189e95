"""Found by autodiscovery."""

from prometheus_client.core import GaugeMetricFamily

from mkt_monitoring.registry import collector, counter

greetings = counter("testapp_greetings_total", "Greetings.")


@collector(ttl_seconds=60)
def pages():
    from .models import PlainPage

    yield GaugeMetricFamily("testapp_plain_pages", "Plain pages.", value=PlainPage.objects.count())
