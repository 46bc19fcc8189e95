"""Posts of all classes as an editor plans them: in what state, and on which day."""

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from mkt_core.compat import get_page_model, page_permission_policy

from ..conf import blog_settings
from ..post_models import post_models
from .relations import concrete_post_models

# Of these, a user has at least one for every post that is shown.
PERMISSIONS = ["add", "change", "publish"]
EXPIRING_WITHIN_DAYS = 30

STATES: list[tuple[str, Any]] = [
    ("scheduled", _("Scheduled")),
    ("workflow", _("In a workflow")),
    ("draft", _("Draft")),
    ("expired", _("Expired")),
    ("expiring", _("Expires soon")),
    ("stale", _("Stale")),
    ("published", _("Published")),
]


class Moment(Func):
    """A date and time that JSON holds as a text, ``"2026-03-01T12:00:00Z"``."""

    output_field = DateTimeField()
    template = "CAST(%(expressions)s AS timestamp with time zone)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # As Django keeps dates there: a text without "T" and zone.
        return self.as_sql(compiler, connection, template="datetime(%(expressions)s)", **context)


def editorial_posts(user: Any) -> QuerySet[Any]:
    """Pages of all post classes that ``user`` may do something with.

    Each has ``state`` (a key of ``STATES``) and ``moment``: when readers see it or saw it first. For a draft that is
    the date in its newest version.
    """
    pages = page_permission_policy().instances_user_has_any_permission_for(user, PERMISSIONS)
    pages = pages.filter(content_type__in=content_types())
    return with_state(pages.annotate(go_live=_approved_schedule(), post_date=_date()))


def content_types() -> list[ContentType]:
    """Those of all post classes; from a cache, after the first time."""
    return list(ContentType.objects.get_for_models(*post_models()).values())


def with_state(pages: QuerySet[Any]) -> QuerySet[Any]:
    now = timezone.now()
    in_draft = Moment(KeyTextTransform("date", "latest_revision__content"))
    moment = Case(
        When(go_live__isnull=False, then=F("go_live")),
        When(live=False, first_published_at=None, then=Coalesce(in_draft, F("post_date"))),
        default=F("post_date"),
        output_field=DateTimeField(),
    )
    stale = now - timedelta(days=blog_settings.current.STALE_AFTER_DAYS)
    soon = now + timedelta(days=EXPIRING_WITHIN_DAYS)
    conditions = {
        "scheduled": Q(go_live__isnull=False) | Q(live=True, post_date__gt=now),
        "workflow": Q(Exists(_workflows())),
        "expired": Q(live=False, expired=True),
        "draft": Q(live=False),
        "expiring": Q(expire_at__lte=soon),
        "stale": Q(last_published_at__lt=stale),
    }
    states = [When(condition, then=Value(name)) for name, condition in conditions.items()]
    return pages.annotate(
        moment=moment,
        state=Case(*states, default=Value("published"), output_field=CharField()),
    )


def _approved_schedule() -> Any:
    """When a version of the page goes live, or null."""
    approved = Revision.objects.filter(
        content_type=OuterRef("content_type"),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    return Subquery(approved.order_by("approved_go_live_at").values("approved_go_live_at")[:1])


def _date() -> Any:
    """``date`` of the post, from the table of its class."""
    dates = [
        Subquery(model._base_manager.filter(pk=OuterRef("pk")).values("date")[:1])
        for model in concrete_post_models()
    ]
    return Coalesce(*dates) if len(dates) > 1 else dates[0]


def _workflows() -> QuerySet[Any]:
    base = ContentType.objects.get_for_model(get_page_model())
    return WorkflowState.objects.filter(
        base_content_type=base,
        object_id=Cast(OuterRef("pk"), CharField()),
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
    )


def add_authors_and_blogs(pages: list[Any]) -> None:
    """Give each page ``author_names`` and ``blog_title``: one query, and one for each post class."""
    names: dict[int, list[str]] = {page.pk: [] for page in pages}
    for model in concrete_post_models():
        links = model._meta.get_field("author_links").related_model._default_manager
        found = links.filter(post__in=names).select_related("author").order_by("sort_order", "pk")
        for link in found:
            names[link.post_id].append(str(link.author))
    parents = {parent_path(page): "" for page in pages}
    blogs = get_page_model()._default_manager.filter(path__in=parents)
    parents |= dict(blogs.values_list("path", "title"))
    for page in pages:
        page.author_names = ", ".join(names[page.pk])
        page.blog_title = parents[parent_path(page)]


def parent_path(page: Any) -> str:
    return str(page.path[: -page.steplen])
