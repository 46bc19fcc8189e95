"""What permissions and log entries of mkt-core are about; there are no tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResponseCache(models.Model):
    """The response cache as a thing that somebody may purge and that has a history. It has no row."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("purge_responsecache", _("Can purge the response cache"))]
        verbose_name = _("response cache")
        verbose_name_plural = _("response caches")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
