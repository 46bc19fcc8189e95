"""Tokens of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .made import Made


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def active(self, at: datetime | None = None) -> ApiTokenQuerySet:
        """Neither revoked nor expired ``at`` a moment (default: now)."""
        moment = at or timezone.now()
        unexpired = Q(expires_at=None) | Q(expires_at__gt=moment)
        return self.filter(unexpired, revoked_at=None)


class ApiToken(Made):
    """Lets a program ask the API. The token itself is shown once and not kept; a keyed digest is.

    ``mkt_api.access.tokens`` makes, rotates and revokes them.
    """

    name = models.CharField(
        _("name"), max_length=100, help_text=_("Who uses it and what for: “Front end, production”.")
    )
    # HMAC-SHA-256 with a key made of SECRET_KEY.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Enough of the token to tell it from others, too little to guess it.
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    # Primary keys rather than a relation: a site that is deleted must not turn "this one" into "all".
    sites = models.JSONField(
        _("sites"), default=list, blank=True, help_text=_("None means all of them.")
    )
    origins = models.JSONField(
        _("origins"),
        default=list,
        blank=True,
        help_text=_("Websites whose scripts may use it, such as https://www.example.com."),
    )
    networks = models.JSONField(
        _("networks"),
        default=list,
        blank=True,
        help_text=_("Addresses it may be used from, such as 192.0.2.0/24. None means all."),
    )
    # Of requests in ``MKT_API["LIMIT_PERIOD_SECONDS"]``; None: as the settings say.
    limit = models.PositiveIntegerField(
        _("limit"),
        null=True,
        blank=True,
        help_text=_("Requests in each period of the settings. Empty: the settings’ own limit."),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    # To the minute or so; see ``MKT_API["TOKEN_LAST_USED_SECONDS"]``.
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    # The token that this one takes the place of.
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_active(self) -> bool:
        """Whether it is accepted now."""
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def state(self) -> Literal["active", "expired", "revoked"]:
        """In one word."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.is_expired else "active"
