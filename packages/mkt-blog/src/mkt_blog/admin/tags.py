"""Tags in the menu "Blog": how many posts have them, renaming, merging, deleting.

A tag belongs to the whole site: pictures and other pages may have it, too. The listing shows those that posts have, and
those that nothing has.
"""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.views.generic import DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from .redirecting import addresses_of, redirect_listings
from .refreshing import refresh_later
from .relations import relations, tag_models, with_counts, with_posts
from .tag_rows import tables_of_others
from .terms import count_columns


class TagFilterSet(WagtailFilterSet):
    has_posts = django_filters.BooleanFilter(label=gettext_lazy("Has posts"), method="filter_posts")

    def filter_posts(self, tags: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return with_posts(tags, value)


class TagIndexView(IndexView):
    """In a fixed number of queries."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_counts(of_blogs(self.model))

    @cached_property
    def columns(self) -> list[Any]:
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="tag"), *super().columns]

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        return super()._get_title_column(
            *args, **kwargs, get_title_id=lambda tag: f"tag_{tag.pk}_title"
        )


class TagEditView(EditView):
    """Renames a tag. With a new slug, old addresses of its listings lead to the new ones."""

    def save_instance(self) -> Any:
        before = self.model._default_manager.get(pk=self.object.pk)
        old = list(addresses_of(before))
        tag = super().save_instance()
        if tag.slug != before.slug:
            redirect_listings(old, tag)
        refresh_later(posts_with(tag))
        return tag


class TagDeleteView(DeleteView):
    @property
    def confirmation_message(self) -> str:
        number = sum(len(keys) for keys in posts_with(self.object).values())
        told = ngettext(
            "%(count)d post has this tag, drafts included, and will lose it.",
            "%(count)d posts have this tag, drafts included, and will lose it.",
            number,
        ) % {"count": number}
        return f"{super().confirmation_message} {told}" if number else super().confirmation_message

    def delete_action(self) -> None:
        posts = posts_with(self.object)
        super().delete_action()
        refresh_later(posts)


class TagViewSet(ModelViewSet):
    """One class of tags. Not a snippet, since many sites make Taggit's tags a snippet themselves."""

    icon = "tag"
    menu_label = gettext_lazy("Tags")
    form_fields = ["name", "slug"]
    index_view_class = TagIndexView
    edit_view_class = TagEditView
    delete_view_class = TagDeleteView
    index_template_name = "mkt_blog/admin/tags.html"
    filterset_class = TagFilterSet
    search_fields = ["name"]
    search_backend_name = None
    list_per_page = 50
    ordering = "name"
    list_display = ["name", "slug", *count_columns()]
    list_export = ["name", "slug", "published_posts", "all_posts"]
    export_headings = {
        "published_posts": gettext_lazy("Published posts"),
        "all_posts": gettext_lazy("With drafts"),
    }
    # Other apps may keep their own account of what refers to a tag.
    add_to_reference_index = False


def tag_viewsets() -> list[ModelViewSet]:
    """One for each class of tags that posts have; nearly always one."""
    return [_viewset(model) for model in tag_models()]


def _viewset(model: Any) -> ModelViewSet:
    options = model._meta
    filters = type(
        f"{model.__name__}FilterSet",
        (TagFilterSet,),
        {"Meta": type("Meta", (), {"model": model, "fields": []})},
    )
    name = f"mkt_blog_tags_{options.label_lower.replace('.', '_')}"
    attributes = {"model": model, "filterset_class": filters}
    viewset = type(f"{model.__name__}ViewSet", (TagViewSet,), attributes)
    made: ModelViewSet = viewset(name, url_prefix=f"blog/tags/{options.label_lower}")
    return made


def of_blogs(model: Any) -> QuerySet[Any]:
    """Tags that posts have, and those that nothing has."""
    tags: QuerySet[Any] = model._default_manager.all()
    elsewhere = Q(pk__in=[])
    for table in tables_of_others(model):
        elsewhere |= Q(Exists(table._default_manager.filter(tag=OuterRef("pk"))))
    without_posts = with_posts(model._default_manager.order_by(), False)
    return tags.exclude(pk__in=without_posts.filter(elsewhere).values("pk"))


def posts_with(tag: Any) -> dict[str, set[int]]:
    """Primary keys of the posts that have a tag, by the label of their class; a query for each class."""
    return {
        relation.post_model._meta.label: set(
            relation.post_model._default_manager.filter(**{relation.lookup: tag.pk})
            .order_by()
            .values_list("pk", flat=True)
        )
        for relation in relations(type(tag))
    }
