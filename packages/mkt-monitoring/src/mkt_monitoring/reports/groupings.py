"""What pages can be grouped by on the dashboard of content, such as their authors.

An app adds its own from its ``mkt_metrics`` module, which is imported only where mkt-monitoring is installed::

    from mkt_monitoring.reports.groupings import register_grouping

    register_grouping("authors", _("Authors"), authors_of)

where ``authors_of`` takes primary keys of pages and returns the names for each of them that has any.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mkt_core.compat import get_page_model

LabelsOf = Callable[[Collection[int]], Mapping[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to group pages."""

    name: str
    label: str | Promise
    labels_of: LabelsOf


_groupings: dict[str, Grouping] = {}


def register_grouping(name: str, label: str | Promise, labels_of: LabelsOf) -> None:
    """Add a grouping, or replace the one of that name.

    Args:
        name: a word for addresses and files.
        label: the heading of its table.
        labels_of: from primary keys of pages (500 at most) to the names of their groups, in a fixed number of queries.
    """
    _groupings[name] = Grouping(name, label, labels_of)


def groupings() -> list[Grouping]:
    """All of them, in the order in which they were registered."""
    return list(_groupings.values())


def types_of(keys: Collection[int]) -> dict[int, list[str]]:
    """The types of the pages; one query, besides content types not seen before."""
    pages = get_page_model()._default_manager.filter(pk__in=keys)
    found = {}
    for key, type_id in pages.order_by().values_list("pk", "content_type"):
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            found[key] = [str(capfirst(model._meta.verbose_name_plural))]
    return found


register_grouping("types", _("Page types"), types_of)
