"""Which objects a client may see. Every list, count, filter, relation, export and search begins here."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Collection

from mkt_core.cache import expire_at
from mkt_core.cache.collector import current_collector
from mkt_core.compat import get_page_base

from .facts import facts_of


def visible(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The objects of ``queryset`` that the client may see, whatever their model.

    Pages: live, due and not expired, in no section with a view restriction, on the request's site.
    Images and documents (everything in a collection): in no collection with a view restriction.
    Everything else: all. No query where the facts are known (see ``facts``).
    """
    if issubclass(queryset.model, get_page_base()):
        return public_pages(queryset, request)
    if has_collection(queryset.model):
        return in_public_collections(queryset, request)
    return queryset


def public_pages(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The pages of ``queryset`` that are live, due, open to everybody and on the request's site."""
    return of_site(open_pages(queryset, request), request)


def open_pages(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The same on any site."""
    now = timezone.now()
    note_next_change(queryset)
    # Wagtail unpublishes what has expired when ``publish_scheduled`` runs, which may be late.
    queryset = queryset.filter(
        Q(expire_at__isnull=True) | Q(expire_at__gt=now),
        Q(go_live_at__isnull=True) | Q(go_live_at__lte=now),
        live=True,
    )
    for path in facts_of(request).private_pages:
        queryset = queryset.exclude(path__startswith=path)
    return queryset


def of_site(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The pages of ``queryset`` on the site that the request was made to, in all its languages.

    Nothing where no site fits.
    """
    roots = facts_of(request).roots
    if not roots:
        return queryset.none()
    condition = Q()
    for root in roots:
        condition |= Q(path__startswith=root)
    return queryset.filter(condition)


def as_resources_say(queryset: QuerySet[Any], request: HttpRequest, registry: Any) -> QuerySet[Any]:
    """Base pages without those that the resource of their type would not show.

    A post whose date has not come is no post; it must not show as a page either. No query: the
    conditions become part of the statement.
    """
    from django.contrib.contenttypes.models import ContentType

    for resource in registry.page_resources:
        if not resource.has_own_visibility():
            continue
        content_type = ContentType.objects.get_for_model(resource.model)
        shown = resource(request).get_queryset().order_by().filter(pk=OuterRef("pk"))
        queryset = queryset.filter(~Q(content_type=content_type) | Exists(shown))
    return queryset


def in_public_collections(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The images or documents of ``queryset`` in collections that are open to everybody."""
    private = facts_of(request).private_collections
    return queryset.exclude(collection__in=private) if private else queryset


def note_next_change(queryset: QuerySet[Any], *moments: str) -> None:
    """Tell the answer being made when time alone will change it; one query, only where answers are kept.

    ``moments`` are columns of the queryset's model; by default when pages go live and expire.
    """
    if current_collector() is None:
        return
    now = timezone.now()
    names = moments or ("expire_at", "go_live_at")
    pages = queryset.model._base_manager.filter(live=True).order_by()
    found = pages.aggregate(**{f"next_{n}": Min(n, filter=Q(**{f"{n}__gt": now})) for n in names})
    for moment in found.values():
        if moment is not None:
            expire_at(moment)


def may_be_seen(instance: Any, request: HttpRequest) -> bool:
    """The same as ``visible`` for an object that is at hand; no query beside those of the facts."""
    facts = facts_of(request)
    if isinstance(instance, get_page_base()):
        now = timezone.now()
        page: Any = instance
        return bool(
            page.live
            and (page.expire_at is None or page.expire_at > now)
            and (page.go_live_at is None or page.go_live_at <= now)
            and page.path.startswith(tuple(facts.roots))
            and not page.path.startswith(tuple(facts.private_pages))
        )
    if has_collection(type(instance)):
        return instance.collection_id not in facts.private_collections
    return True


def has_collection(model: Any) -> bool:
    """Whether objects of the model belong to collections, which may be private."""
    fields = (field for field in model._meta.concrete_fields if field.name == "collection")
    return any(field.related_model is Collection for field in fields)
