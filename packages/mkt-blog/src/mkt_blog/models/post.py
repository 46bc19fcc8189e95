"""What makes a page a post."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string
from wagtail.models import PageManager

from mkt_core.seo.models import SeoMixin

from ..addresses import PostAddress
from ..admin.defaults import complete_series_position
from ..admin.previews import POST_MODES, preview_post
from ..fields import BodyField
from ..querysets import PostQuerySet
from ..seo import post_crumbs, post_nodes, post_seo
from ..slugs import is_reserved
from .api_fields import POST_API_FIELDS
from .post_panels import POST_PANELS, POST_SEARCH_FIELDS
from .relations import PostRelations

if TYPE_CHECKING:
    from mkt_core.seo import Crumb, Seo
    from mkt_core.seo.head import Head

    from .blog import BlogIndexMixin


class PostBase(PostAddress, PostRelations):
    """A post without the fields for search engines, for a base page that has ``mkt_core.seo.models.SeoMixin``."""

    date = models.DateTimeField(
        _("publication date"),
        default=timezone.now,
        db_index=True,
        help_text=_("Readers see the post from this moment on, and it is sorted by it."),
    )
    updated_at = models.DateTimeField(
        _("updated on"),
        null=True,
        blank=True,
        help_text=_("Shown to readers when the text has changed in substance."),
    )
    subtitle = models.CharField(_("subtitle"), max_length=255, blank=True)
    excerpt = models.TextField(
        _("excerpt"), blank=True, help_text=_("If empty, the beginning of the text is shown.")
    )
    hero_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    hero_alt = models.CharField(
        _("description of the main picture"),
        max_length=255,
        blank=True,
        help_text=_("For readers who cannot see it. Leave empty if it is purely decorative."),
    )
    hero_caption = models.CharField(_("caption of the main picture"), max_length=255, blank=True)
    body = BodyField(verbose_name=_("body"), blank=True)
    series_position = models.PositiveSmallIntegerField(
        _("position in the series"), null=True, blank=True
    )
    featured = models.BooleanField(_("featured"), default=False)
    pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("Keep this post at the top of the blog.")
    )
    objects = PageManager.from_queryset(PostQuerySet)()

    post_panels: ClassVar[list[Any]] = POST_PANELS
    post_search_fields: ClassVar[list[Any]] = POST_SEARCH_FIELDS
    api_fields: ClassVar[list[Any]] = POST_API_FIELDS

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        complete_series_position(self)
        if is_reserved(self.slug):  # type: ignore[attr-defined]
            raise ValidationError(
                {"slug": _("This address is used by the blog itself; choose another one.")},
                code="reserved",
            )
        self.complete_categories()

    @property
    def summary(self) -> str:
        """The excerpt, or else the beginning of the body; plain text."""
        return self.excerpt or self.body_summary

    # --- search engines and social networks, found by ``mkt_core.seo`` ----------------------

    seo_image_fields: ClassVar[tuple[str, ...]] = ("hero_image",)

    def mkt_core_seo(self, request: Any) -> "Seo":
        """What a head says where the editor has said nothing."""
        return post_seo(self)

    def mkt_core_json_ld(self, request: Any, head: "Head") -> list[dict[str, Any]]:
        return post_nodes(self, request, head)

    def mkt_core_crumbs(self, crumbs: "list[Crumb]", request: Any) -> "list[Crumb]":
        """With the post's main category between the blog and the post."""
        return post_crumbs(self, crumbs, request)

    @classmethod
    def mkt_core_indexed_pages(cls, posts: "PostQuerySet") -> "PostQuerySet":
        """Posts whose date has come."""
        return posts.filter(date__lte=timezone.now())

    # --- previews in the admin ---------------------------------------------------------------

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return POST_MODES

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        own = super().serve_preview  # type: ignore[misc]
        return preview_post(self, request, mode_name) or own(request, "")

    @cached_property
    def blog(self) -> "BlogIndexMixin | None":
        """The blog page right above, or None. Two queries, unless a listing has set it."""
        from .blog import BlogIndexMixin

        parent = self.get_parent()  # type: ignore[attr-defined]
        specific = parent.specific if parent else None
        return specific if isinstance(specific, BlogIndexMixin) else None

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """The class's own template (``news/story.html``) if there is one, else the blog's."""
        own = super().get_template(request, *args, **kwargs)  # type: ignore[misc]
        return [own, "mkt_blog/post_page.html"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from ..neighbours import post_context

        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return context | post_context(self, request)


class PostMixin(SeoMixin, PostBase):
    """Everything a post adds to a page.

    ``class Story(PostMixin, Page)`` in an app of the site is a complete post class: its link
    tables for authors, tags and related posts, its panels and its search fields come with it. The
    mixin knows no page class, so any base page will do. Where the base page has
    ``mkt_core.seo.models.SeoMixin`` of its own, take ``PostBase`` instead.
    """

    class Meta:
        abstract = True
