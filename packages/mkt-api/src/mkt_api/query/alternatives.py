"""The parameter ``or``: objects that meet any of several conditions.

``or=category:news|featured:true`` takes filters of the list, each with its value behind a colon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..problems import MAX_ECHO, with_nearest
from .filters import Filter

MAX_ALTERNATIVES = 8

Narrowing = Callable[[QuerySet[Any]], QuerySet[Any]]


def parse_alternatives(text: str, filters: Mapping[str, Filter]) -> Narrowing:
    """What the conditions do to a queryset; raises ``ValueError`` with a sentence for the client."""
    parts = text.split("|")
    if len(parts) > MAX_ALTERNATIVES:
        raise ValueError(_("must have at most %(limit)d conditions.") % {"limit": MAX_ALTERNATIVES})
    conditions = [_condition(part, filters) for part in parts]

    def narrow(queryset: QuerySet[Any]) -> QuerySet[Any]:
        every = queryset.model._base_manager.order_by()
        any_of = Q()
        for apply, value in conditions:
            # By primary key: filters may join what they like.
            any_of |= Q(pk__in=apply(every, value).values("pk"))
        return queryset.filter(any_of)

    return narrow


def _condition(text: str, filters: Mapping[str, Filter]) -> tuple[Callable[..., Any], Any]:
    name, colon, value = text.partition(":")
    if name not in filters:
        sentence = _("has no filter “%(name)s”.") % {"name": name[:MAX_ECHO]}
        raise ValueError(with_nearest(sentence, name, filters))
    if not colon:
        raise ValueError(_("must be conditions such as “name:value”, separated by “|”."))
    try:
        return filters[name].apply, filters[name].parse(value)
    except ValueError as error:
        raise ValueError(
            _("in “%(name)s”: %(problem)s") % {"name": name, "problem": error}
        ) from None
