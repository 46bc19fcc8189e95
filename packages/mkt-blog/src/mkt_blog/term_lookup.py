"""The category, tag, author or series that a listing is about."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import Http404

from .post_terms import fill
from .remembered import keep, pack, pack_all, recall, unpack

# Foreign keys of a term that its page shows.
_PICTURES = ("photo", "image")


def find_term(model: Any, **lookup: Any) -> Any:
    """The term, with its picture and (of an author) its links. One query, none when it is remembered.

    Raises:
        Http404: there is none.
    """
    key = f"term:{model._meta.label_lower}:{urlencode(sorted(lookup.items()))}"
    known = recall(key)
    if (term := _restored(known.get(key))) is not None:
        return term
    columns = {field.name for field in model._meta.concrete_fields}
    pictures = [name for name in _PICTURES if name in columns]
    term = _load(model.objects.filter(**lookup), pictures)
    if term is None:
        raise Http404("There is no such term.")
    shown = {name: getattr(term, name) for name in pictures}
    packed = {name: pack(image) for name, image in shown.items() if image is not None}
    links = pack_all(term.links.all()) if _has_links(model) else []
    keep({key: {"term": pack(term), "pictures": packed, "links": links}}, since=known)
    return term


def _load(terms: Any, pictures: list[str]) -> Any:
    if pictures:
        terms = terms.select_related(*pictures)
    if not _has_links(terms.model):
        return terms.first()
    # A row for each link (or one without), which spares a second query.
    link_model = terms.model._meta.get_field("links").related_model
    names = [field.attname for field in link_model._meta.concrete_fields]
    columns = {f"_link_{name}": F(f"links__{name}") for name in names}
    rows = list(terms.annotate(**columns).order_by("links__sort_order", "links__pk"))
    links = [
        link_model(**{name: getattr(row, f"_link_{name}") for name in names})
        for row in rows
        if getattr(row, f"_link_{link_model._meta.pk.attname}") is not None
    ]
    if rows:
        fill(rows[0], "links", links)
    return rows[0] if rows else None


def _restored(kept: Any) -> Any:
    if kept is None:
        return None
    try:
        term = unpack(kept["term"])
        for name, picture in kept["pictures"].items():
            setattr(term, name, unpack(picture))
        if _has_links(type(term)):
            fill(term, "links", map(unpack, kept["links"]))
    except (LookupError, TypeError):
        return None
    return term


def _has_links(model: Any) -> bool:
    """Where an author is to be found elsewhere; an author class of the site may have none."""
    from .models import AuthorBase

    return issubclass(model, AuthorBase) and hasattr(model, "links")
