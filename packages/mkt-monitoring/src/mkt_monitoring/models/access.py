"""Who may look at the dashboards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dashboards(models.Model):
    """The dashboards as a thing that somebody may see. It has no row."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_dashboards", _("Can see the monitoring dashboards"))]
        verbose_name = _("monitoring dashboards")
        verbose_name_plural = _("monitoring dashboards")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
