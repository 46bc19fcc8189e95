"""Where an editor sees what was found in a post: on its form, and after saving it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.panels import Panel

# Of a post; the form has all.
TOLD_AT_MOST = 5


class FindingsPanel(Panel):
    """Hints on top of the form of a post that has been saved before; not there when there are none."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "mkt_blog/admin/findings_panel.html"

        @cached_property
        def findings(self) -> list[Any]:
            from .content_checks import check_post

            return check_post(self.instance)

        def is_shown(self) -> bool:
            return self.instance.pk is not None and bool(self.findings)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "findings": self.findings}


def tell_findings(request: HttpRequest, page: Any) -> None:
    """Hooks ``after_create_page`` and ``after_edit_page``: a message that keeps nobody from anything."""
    from ..models import PostBase
    from .content_checks import check_post

    # Wagtail keeps work by itself every moment, and nobody looks at a message then.
    if not request.accepts("text/html") or not isinstance(page, PostBase):
        return
    found = check_post(page)
    if not found:
        return
    told = ngettext("%(count)d thing to look at:", "%(count)d things to look at:", len(found))
    items = format_html_join("", "<li>{}</li>", [[one.message] for one in found[:TOLD_AT_MOST]])
    messages.warning(
        request,
        format_html("{} <ul>{}</ul>", told % {"count": len(found)}, items),
        extra_tags="safe",
    )
