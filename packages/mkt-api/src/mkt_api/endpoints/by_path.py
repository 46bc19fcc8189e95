"""``GET /by-path/?path=/de/news/``: the page at an address of the site, or where the address leads."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from ..facts import facts_of
from ..fields.addresses import addresses_of
from ..pages.views import PageDetailView
from ..problems import not_found
from ..query.lists import SHAPE_PARAMETERS, read_shape
from ..query.parameters import Parameters
from ..types import TextType


class ByPathView(PageDetailView):
    """``{"kind": "page", "page": {…}}`` or ``{"kind": "redirect", "redirect": {"to", "is_permanent"}}``."""

    name = "pages"
    kind = "by-path"

    def get(self, request: Request) -> Response:  # type: ignore[override]
        path = self.read_path(request)
        found = self.find_page(path)
        if found is not None:
            plan = self.plan_of(str(found))
            shape = read_shape(request.query_params, plan, also=("path",))
            row = self.get_row(plan, shape.fields, str(found))
            page = self.show([row], shape.fields, self.context(shape))[0]
            return Response({"kind": "page", "page": page, "redirect": None})
        redirect = self.find_redirect(path)
        if redirect is None:
            raise not_found(_("There is neither a page nor a redirect at this path."))
        read_shape(request.query_params, self.plan, also=("path",))
        return Response({"kind": "redirect", "page": None, "redirect": redirect})

    def read_path(self, request: Request) -> str:
        """What the client gives, without scheme and host; raises the 400 problem if there is none."""
        parameters = Parameters(request.query_params, ("path", *SHAPE_PARAMETERS))
        path = parameters.read("path", TextType().parse, "")
        if not path and not parameters.errors:
            parameters.error("path", _("must be a path such as /news/."), "missing")
        parameters.finish()
        return path

    def find_page(self, path: str) -> Any:
        """The key of the visible page at the path; one query."""
        wanted = self.url_paths(path)
        pages = self.plan.resource(self.http_request).get_queryset().order_by()
        return pages.filter(url_path__in=wanted).values_list("pk", flat=True).first()

    def url_paths(self, path: str) -> list[str]:
        """Where the page may stand in the tree: a path may begin with the prefix of a language."""
        try:
            inner = urlsplit(path).path
        except ValueError:
            return []
        inner = unquote(inner)
        inner = f"/{inner.strip('/')}/" if inner.strip("/") else "/"
        addresses, site = addresses_of(self.http_request), facts_of(self.http_request).site_key
        found = []
        for root in addresses.roots:
            prefix = addresses.prefix(root.language_code)
            if root.site_id == site and prefix and inner.startswith(prefix):
                found.append(root.root_path + inner[len(prefix) :])
        return [wanted for wanted in found if "\x00" not in wanted]

    def find_redirect(self, path: str) -> dict[str, Any] | None:
        """The redirect of the path, with or without its query; one query, one more for a page."""
        if not apps.is_installed("wagtail.contrib.redirects"):
            return None
        from wagtail.contrib.redirects.models import Redirect

        from ..builtin.redirects import RedirectResource, RedirectTarget

        try:
            names = {
                Redirect.normalise_path(text, decode_unicode=decoded)
                for text in (path, urlsplit(path).path)
                for decoded in (True, False)
            }
        except ValueError:
            return None
        rows = RedirectResource(self.http_request).get_queryset()
        found = list(rows.filter(old_path__in=[name for name in names if "\x00" not in name]))
        if not found:
            return None
        # The longest fits best: with its query; the site's own comes before those of all sites.
        row = max(
            found, key=lambda redirect: (len(redirect.old_path), redirect.site_id is not None)
        )
        target = RedirectTarget("to").bind(Redirect, self.registry)
        return {
            "to": target.values([row], self.context())[0],
            "is_permanent": row.is_permanent,
        }
