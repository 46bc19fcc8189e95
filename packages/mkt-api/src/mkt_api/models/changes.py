"""What has changed, for clients that keep a copy (``sync/``)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PageChange(models.Model):
    """A page, or a whole section, may look other than before, or may have come or gone.

    Written in the transaction of the change. Says nothing of what is seen now: whoever reads it looks that up.
    """

    id = models.BigAutoField(primary_key=True)
    # No foreign key: the page may be gone.
    page_id = models.BigIntegerField(_("page"))
    # Its place in the tree then, which tells the site.
    path = models.CharField(_("path"), max_length=255)
    # All below it as well.
    is_section = models.BooleanField(_("whole section"), default=False)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("change of a page")
        verbose_name_plural = _("changes of pages")
        # Nobody edits it by hand.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.page_id} ({self.at:%Y-%m-%d %H:%M:%S})"
