"""The way from the site's front page to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cache.collector import current_collector
from ..compat import get_page_model
from .addresses import Addresses, has_own_addresses
from .values import Crumb, Seo

if TYPE_CHECKING:
    from .head import Head

_COLUMNS = ("title", "url_path", "content_type")


def crumbs_of(page: Any, seo: Seo, head: Head, addresses: Addresses) -> list[Crumb]:
    """Front page first, this page last; unpublished pages are left out. A page type may put something in between by
    ``mkt_core_crumbs(crumbs, request)``. One query for what is between them, and one more if types among them have
    addresses of their own.
    """
    steps = [] if page is None else [*_ancestors(page, addresses), page]
    found = [
        Crumb(name=str(step.title), url=url) for step in steps if (url := addresses.full_url(step))
    ]
    hook = getattr(page, "mkt_core_crumbs", None)
    if hook is not None:
        found = hook(found, addresses.request)
    return [
        Crumb(name=str(crumb.name), url=addresses.absolute(crumb.url, head.root_url))
        for crumb in [*found, *seo.crumbs]
    ]


def _ancestors(page: Any, addresses: Addresses) -> list[Any]:
    root = addresses.root_of(page.url_path)
    if root is None or page.url_path == root.url_path:
        return []
    if (known := _known_ancestors(page, root.url_path)) is not None:
        return known
    # Instances, since values would have a stored response depend on each of these columns.
    ancestors = page.get_ancestors().live().order_by("path").only(*_COLUMNS)
    found = [step for step in ancestors if step.url_path.startswith(root.url_path)]
    own = [step.pk for step in found if has_own_addresses(step.specific_class or type(step))]
    if own:
        # Of its own class, but without the text: no query for each class.
        pages = get_page_model().objects.filter(pk__in=own).select_related("locale")
        specific = {step.pk: step for step in pages.specific(defer=True)}
        found = [specific.get(step.pk, step) for step in found]
    return found


def _known_ancestors(page: Any, root_path: str) -> list[Any] | None:
    """The pages above that Wagtail has come by on its way to this one; None where it took another way.

    Not while a response is being stored, which depends on what is read for it.
    """
    if current_collector() is not None:
        return None
    found: list[Any] = []
    step = page
    while step.url_path != root_path:
        # Where treebeard keeps the parent of a page.
        step = step.__dict__.get("_cached_parent_obj")
        if step is None or type(step) is not step.specific_class:
            return None
        found.insert(0, step)
    return [step for step in found if step.live]
