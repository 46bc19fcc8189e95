"""Posts that an editor recommends in the middle of a text."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PostChooserBlock(blocks.PageChooserBlock):
    """One post. The value is its primary key: readers get posts that are published, which only rendering knows."""

    @cached_property
    def target_models(self) -> list[Any]:
        from ..post_models import post_models

        return list(post_models())

    def to_python(self, value: Any) -> int | None:
        return None if value is None else int(value)

    def bulk_to_python(self, values: Iterable[Any]) -> list[int | None]:
        return [self.to_python(value) for value in values]

    def normalize(self, value: Any) -> int | None:
        return self.to_python(getattr(value, "pk", value))

    def get_prep_value(self, value: Any) -> int | None:
        return self.normalize(value)

    def value_from_form(self, value: Any) -> int | None:
        return self.normalize(value or None)

    def clean(self, value: Any) -> int | None:
        return self.normalize(super().clean(self.normalize(value)))

    def extract_references(self, value: Any) -> Iterable[tuple[Any, str, str, str]]:
        if value is not None:
            yield self.model_class, str(self.normalize(value)), "", ""

    def get_searchable_content(self, value: Any) -> list[str]:
        return []


class RelatedPostsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False)
    posts = blocks.ListBlock(
        PostChooserBlock(label=_("post")), label=_("posts"), min_num=1, max_num=6
    )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Adds ``posts``: those that are published, in the editor's order; none in a feed, which is of one post."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        keys = [] if context.get("is_feed") else value.get("posts") or []
        return context | {"posts": published_posts(keys) if keys else []}

    class Meta:
        icon = "list-ul"
        label = _("Related posts")
        template = "mkt_blog/blocks/related.html"


def published_posts(keys: Iterable[int | None]) -> list[Any]:
    """The posts with these keys that readers may see, in this order, without their bodies.

    Two queries for each post class until all are found: one for the view restrictions, one for the posts.
    """
    from ..post_models import post_models

    wanted = [key for key in dict.fromkeys(keys) if key is not None]
    found: dict[int, Any] = {}
    for model in post_models():
        if missing := [key for key in wanted if key not in found]:
            found |= {post.pk: post for post in _published(model, missing)}
    return [found[key] for key in wanted if key in found]


def _published(model: Any, keys: list[int]) -> Any:
    posts = model.objects.published().filter(pk__in=keys).defer("body")
    # Wagtail looks at the language of each page to build its address.
    return (
        posts.select_related("locale")
        if getattr(settings, "WAGTAIL_I18N_ENABLED", False)
        else posts
    )
