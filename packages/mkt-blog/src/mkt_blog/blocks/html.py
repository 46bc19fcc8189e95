"""HTML as it is, cleaned."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..html import clean_html


class CleanHTMLBlock(blocks.RawHTMLBlock):
    """HTML for what rich text cannot hold: frames, pictures kept elsewhere, tables with spans.

    Whatever an editor enters is cleaned by nh3 (extra ``[import]``) before it is stored, so that no script gets in.
    Without nh3 the block refuses new content and still shows what is stored. Only who has the permission
    ``mkt_blog.use_html`` may add or change one (see ``mkt_blog.html_permission``).
    """

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        try:
            return self.normalize(clean_html(str(value)))
        except ImproperlyConfigured as error:
            raise ValidationError(str(error)) from error

    def get_searchable_content(self, value: Any) -> list[str]:
        return [strip_tags(str(value or ""))]

    class Meta:
        icon = "code"
        label = _("HTML")
        template = "mkt_blog/blocks/html.html"
