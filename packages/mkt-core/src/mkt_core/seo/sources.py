"""Where the values of a head come from, the first that has one counts: arguments of the tag, the view, what an editor
has filled in, the page type, Wagtail's own fields.
"""

from __future__ import annotations

from typing import Any

from .fields import image_fields
from .values import Seo


def collected(page: Any, request: Any, *given: Seo) -> Seo:
    """``given``, the most specific first, completed by what ``page`` (or None) says of itself.

    A view that names an address and a title of its own shows something else: of the page only the pictures
    and a "noindex" hold there. Queries: one for each picture that the page names, and those of ``mkt_core_seo``.
    """
    values = given[0]
    for more in given[1:]:
        values = values.or_else(more)
    if page is None:
        return values
    own = page_values(page, request)
    if values.canonical and values.title:
        own = Seo(noindex=own.noindex, image=own.image, image_alt=own.image_alt)
    return values.or_else(own)


def page_values(page: Any, request: Any) -> Seo:
    """What a page says of itself, whatever its class."""
    editors = page.seo_values() if hasattr(page, "seo_values") else Seo()
    written = Seo(
        title=getattr(page, "seo_title", ""), description=getattr(page, "search_description", "")
    )
    hook = getattr(page, "mkt_core_seo", None)
    computed = hook(request) if hook is not None else Seo()
    values = editors.or_else(written).or_else(computed)
    return values.or_else(Seo(title=page.title, image=_first_image(page, values)))


def _first_image(page: Any, values: Seo) -> Any:
    if values.image:
        return None
    for name in image_fields(type(page)):
        if getattr(page, f"{name}_id", None):
            return getattr(page, name)
    return None
