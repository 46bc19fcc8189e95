"""Counts of events by minute, hour and day.

There is one row for each value of each dimension, not for each combination of values: the tables stay bounded. The
dimensions are "total" (one row, with an empty value), "page" (value: the path), "referrer", "campaign", "source",
"medium", "country", "device", "prop:<name>" for the properties that ``register_event`` was told to count by, and
"vital:<metric>" for the distribution of Web Vitals (see ``events.vitals``).
Never add up rows of different dimensions.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

TOTAL = "total"
PAGE = "page"
#: Stands for all values of a dimension beyond ``EVENTS["VALUES_LIMIT"]``.
OTHER_VALUES = "(other)"
#: What makes a row unique besides its time.
KEY = ("site_id", "event", "dimension", "value", "page_id")


class Aggregate(models.Model):
    """What the three tables have in common."""

    site_id = models.BigIntegerField(_("site"), default=0)
    event = models.CharField(_("event"), max_length=50)
    dimension = models.CharField(_("dimension"), max_length=60, default=TOTAL)
    value = models.CharField(_("value"), max_length=500, blank=True, default="")
    # Only in the dimension "page"; 0 if the path is not that of a page.
    page_id = models.BigIntegerField(_("page"), default=0)
    count = models.BigIntegerField(_("count"), default=0)
    # Of the values of the events (seconds, percent, results); 0 for those without.
    sum = models.FloatField(_("sum"), default=0.0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.event} {self.dimension} {self.value}".strip()


class EventMinute(Aggregate):
    """Kept for ``EVENTS["MINUTE_HOURS"]``. Written with the events, in one transaction."""

    start = models.DateTimeField(_("start"))
    # What hours and days have got of it already.
    rolled_count = models.BigIntegerField(default=0, editable=False)
    rolled_sum = models.FloatField(default=0.0, editable=False)

    class Meta:
        verbose_name = _("events of a minute")
        verbose_name_plural = _("events by minute")
        constraints = [
            models.UniqueConstraint(
                fields=["start", *KEY],
                name="mkt_event_minute_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["start"],
                name="mkt_event_minute_unrolled",
                condition=~Q(count=F("rolled_count")),
            )
        ]


class VisitorAggregate(Aggregate):
    """One in which visitors are counted, too."""

    # Different visitors; null where they have not been counted.
    visitors = models.BigIntegerField(_("visitors"), null=True, blank=True)

    class Meta:
        abstract = True


class EventHour(VisitorAggregate):
    """Kept for ``EVENTS["HOUR_DAYS"]``. Hours of UTC."""

    start = models.DateTimeField(_("start"))

    class Meta:
        verbose_name = _("events of an hour")
        verbose_name_plural = _("events by hour")
        constraints = [
            models.UniqueConstraint(
                fields=["start", *KEY],
                name="mkt_event_hour_key",
            )
        ]


class EventDay(VisitorAggregate):
    """Kept for ever, or for ``EVENTS["DAY_DAYS"]``. Days of the site's time zone (``TIME_ZONE``)."""

    day = models.DateField(_("day"))
    counted_at = models.DateTimeField(_("visitors counted at"), null=True, editable=False)

    class Meta:
        verbose_name = _("events of a day")
        verbose_name_plural = _("events by day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", *KEY],
                name="mkt_event_day_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["page_id", "day"], name="mkt_event_day_page", condition=~Q(page_id=0)
            )
        ]
