"""Requests by minute and by hour."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The route of rows that are about the whole site.
EVERY_ROUTE = ""


class RequestTotals(models.Model):
    """What is known of some requests together."""

    route = models.CharField(_("route"), max_length=255, blank=True)
    count = models.PositiveIntegerField(_("requests"), default=0)
    client_errors = models.PositiveIntegerField(_("refused requests (4xx)"), default=0)
    server_errors = models.PositiveIntegerField(_("failed requests (5xx)"), default=0)
    seconds = models.FloatField(_("seconds in all"), default=0.0)
    # As Sketch.as_list() in requests_now writes it.
    sketch: models.JSONField[Any, Any] = models.JSONField(_("durations"), default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.route or '*'}: {self.count}"


class RequestMinute(RequestTotals):
    """The requests of one route in one minute, as one process has seen them."""

    minute = models.DateTimeField(_("minute"))
    writer = models.CharField(_("process"), max_length=16)

    class Meta:
        default_permissions = ()
        verbose_name = _("requests in a minute")
        verbose_name_plural = _("requests by minute")
        constraints = [
            models.UniqueConstraint(
                fields=["minute", "writer", "route"], name="mkt_monitoring_request_minute"
            )
        ]


class RequestHour(RequestTotals):
    """The requests of one route in one hour."""

    hour = models.DateTimeField(_("hour"))

    class Meta:
        default_permissions = ()
        verbose_name = _("requests in an hour")
        verbose_name_plural = _("requests by hour")
        constraints = [
            models.UniqueConstraint(fields=["hour", "route"], name="mkt_monitoring_request_hour")
        ]
