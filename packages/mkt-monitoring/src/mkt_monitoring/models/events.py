"""Events as they came, for as many days as ``EVENTS["RAW_DAYS"]``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One event. Written in bulk by ``events.storage``, never by ``save()``; signals of the model are not sent.

    On PostgreSQL the table is partitioned by ``day``, so that old days are dropped and not deleted; name the day in
    queries. The primary key is then (day, id), elsewhere it is the id alone.
    """

    # Made when the event is buffered, beginning with the time: a batch that is written twice is stored once.
    id = models.UUIDField(_("identifier"), primary_key=True)
    # In the time zone of the site (``TIME_ZONE``): the day that an editor would call it.
    day = models.DateField(_("day"))
    occurred_at = models.DateTimeField(_("occurred at"))
    # 0: no site, as for what a command or a task reports.
    site_id = models.BigIntegerField(_("site"), default=0)
    name = models.CharField(_("event"), max_length=50)
    path = models.CharField(_("path"), max_length=500, blank=True, default="")
    page_id = models.BigIntegerField(_("page"), null=True, blank=True)
    # "Google", "direct", "internal" or the host of the other site; no address of a page.
    referrer_group = models.CharField(_("referrer"), max_length=100, blank=True, default="")
    utm_campaign = models.CharField(_("campaign"), max_length=100, blank=True, default="")
    utm_source = models.CharField(_("campaign source"), max_length=100, blank=True, default="")
    utm_medium = models.CharField(_("campaign medium"), max_length=100, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    device = models.CharField(_("device"), max_length=10, blank=True, default="")
    # A keyed hash whose key is deleted after two days; null for events without a visitor.
    visitor = models.UUIDField(_("visitor"), null=True, blank=True)
    # What is summed up in the aggregates: see ``EventSchema.value``.
    value = models.FloatField(_("value"), null=True, blank=True)
    properties = models.JSONField(_("properties"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["day", "name", "site_id"], name="mkt_event_day_name"),
            models.Index(fields=["occurred_at"], name="mkt_event_occurred_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.path}".strip()


class PendingEvent(models.Model):
    """A durable event, written in the caller's transaction, on its way to the other tables."""

    # The columns of ``rows.EventRow``, as a list.
    payload = models.JSONField(_("payload"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("pending event")
        verbose_name_plural = _("pending events")

    def __str__(self) -> str:
        return str(self.pk)


class VisitorSalt(models.Model):
    """The random key that visitors of one day are hashed with. Once it is deleted, nobody can be recognised."""

    day = models.DateField(_("day"), primary_key=True)
    salt = models.BinaryField(_("salt"), max_length=32)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("visitor salt")
        verbose_name_plural = _("visitor salts")

    def __str__(self) -> str:
        return str(self.day)
