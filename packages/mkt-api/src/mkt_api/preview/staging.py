"""A draft in the tables of its page, for a moment that nobody else sees.

Everything that shows pages reads tables: columns, relations, tags. So that a draft is shown by exactly the same code,
it is written where the live version stands, in a transaction that is always rolled back. ``QuerySet.update()`` and bulk
methods send no signals: no search index, cache or webhook hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import router, transaction
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations

from mkt_core.compat import page_link_name

#: Where a page stands is no part of a draft.
_OF_TREE = frozenset({"path", "depth", "numchild", "url_path", "id"})


@contextmanager
def staged(page: Any) -> Iterator[Any]:
    """While the block runs, queries find the draft; gives the queryset that has nothing but it.

    As many statements as the page has tables. Locks the page's own rows meanwhile.
    """
    model = type(page)
    using = router.db_for_write(model, instance=page)
    with transaction.atomic(using=using):
        rows = model._base_manager.using(using).filter(pk=page.pk)
        rows.update(**_columns(page))
        for relation in get_all_child_relations(model):
            _write_children(page, relation, using)
        for field in get_all_child_m2m_relations(model):
            _write_links(page, field, using)
        yield rows
        transaction.set_rollback(True, using=using)


def _columns(page: Any) -> dict[str, Any]:
    link = page_link_name()
    return {
        field.name: getattr(page, field.attname)
        for field in page._meta.concrete_fields
        if not field.primary_key and field.name != link and field.name not in _OF_TREE
    }


def _write_children(page: Any, relation: Any, using: str) -> None:
    model, foreign_key = relation.related_model, relation.field
    if model._meta.parents:
        # Children of several tables cannot be written in bulk: those of the live version are shown.
        return
    children = list(getattr(page, relation.get_accessor_name()).all())
    manager = model._base_manager.using(using)
    manager.filter(**{foreign_key.name: page.pk})._raw_delete(using)
    for child in children:
        setattr(child, foreign_key.attname, page.pk)
    manager.bulk_create(children)


def _write_links(page: Any, field: Any, using: str) -> None:
    through = field.remote_field.through
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    manager = through._base_manager.using(using)
    manager.filter(**{own: page.pk})._raw_delete(using)
    manager.bulk_create(
        through(**{f"{own}_id": page.pk, f"{other}_id": item.pk})
        for item in getattr(page, field.name).all()
    )
