"""What an importer has brought in, so that a second run changes nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedPost(models.Model):
    """One item of an export and the post it became.

    There is no foreign key to either page: this table belongs to every kind of post and outlives
    a post that an editor deletes.
    """

    blog_pk = models.BigIntegerField(_("blog"))
    guid = models.CharField(_("identifier in the source"), max_length=500)
    post_pk = models.BigIntegerField(_("post"))
    # SHA-256 of what was imported: equal means that the source has not changed since.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    # The revision that the import made; a later one means that an editor has been at work.
    revision_pk = models.BigIntegerField(_("revision"), null=True)
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)

    class Meta:
        verbose_name = _("imported post")
        verbose_name_plural = _("imported posts")
        constraints = [
            models.UniqueConstraint(fields=["blog_pk", "guid"], name="mkt_blog_imported_once")
        ]

    def __str__(self) -> str:
        return self.guid
