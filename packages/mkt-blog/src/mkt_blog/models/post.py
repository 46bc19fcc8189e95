"""What makes a page a post."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import PageManager
from wagtail.search import index

from mkt_core.seo.models import SeoMixin

from ..addresses import PostAddress
from ..admin.defaults import complete_series_position
from ..admin.findings import FindingsPanel
from ..admin.pickers import TermsPanel
from ..admin.previews import POST_MODES, preview_post
from ..distinct import DistinctInlinePanel
from ..fields import BodyField
from ..post_terms import rows_of
from ..querysets import PostQuerySet
from ..seo import post_crumbs, post_nodes, post_seo
from ..slugs import is_reserved
from .api_fields import POST_API_FIELDS
from .measured import MeasuredBody

if TYPE_CHECKING:
    from mkt_core.seo import Crumb, Seo
    from mkt_core.seo.head import Head

    from .authors import AuthorBase
    from .blog import BlogIndexMixin
    from .categories import CategoryBase
    from .series import SeriesBase

# The relation to the link table, which each concrete class has for itself (see ``links``).
AUTHOR_LINKS = "author_links"


class PostBase(PostAddress, MeasuredBody):
    """A post without the fields for search engines, for a base page that has ``mkt_core.seo.models.SeoMixin``."""

    # "app.Model" of what the posts point to. The relations ``categories``, ``primary_category``, ``series`` and
    # ``author_links`` are made from these when a class is complete (see ``mkt_blog.models.links``).
    category_model: ClassVar[str] = "mkt_blog.Category"
    series_model: ClassVar[str] = "mkt_blog.Series"
    author_model: ClassVar[str] = "mkt_blog.Author"
    # "app.Model" where the site declares a link table itself.
    author_link_model: ClassVar[str | None] = None
    tag_link_model: ClassVar[str | None] = None
    related_link_model: ClassVar[str | None] = None

    if TYPE_CHECKING:
        # Made from the attributes above.
        categories: Any
        primary_category: models.ForeignKey[CategoryBase | None, CategoryBase | None]
        primary_category_id: int | None
        series: models.ForeignKey[SeriesBase | None, SeriesBase | None]

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

    post_panels: ClassVar[list[Any]] = [
        FindingsPanel(heading=_("To look at")),
        FieldPanel("subtitle"),
        MultiFieldPanel(
            [FieldPanel("hero_image"), FieldPanel("hero_alt"), FieldPanel("hero_caption")],
            _("Main picture"),
            help_text=_("On top of the post and on its card. Without one, the blog's is used."),
        ),
        FieldPanel("excerpt"),
        FieldPanel("body"),
        DistinctInlinePanel(
            "author_links",
            distinct_field="author",
            heading=_("Authors"),
            label=_("Author"),
            help_text=_("In the order of the byline; the first is the main one."),
        ),
        MultiFieldPanel(
            [TermsPanel("categories"), FieldPanel("primary_category"), FieldPanel("tags")],
            _("Where it belongs"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("series"),
                FieldPanel(
                    "series_position", help_text=_("If empty, it follows the last of the series.")
                ),
            ],
            _("Series"),
        ),
        MultiFieldPanel(
            [FieldPanel("date"), FieldPanel("updated_at")]
            + [FieldPanel("featured"), FieldPanel("pinned")],
            _("Publication"),
        ),
        DistinctInlinePanel(
            "related_links",
            distinct_field="related_post",
            heading=_("Read next"),
            label=_("Post"),
            help_text=_("Shown below the post, before those that are found by what they share."),
            classname="collapsed",
        ),
    ]
    post_search_fields: ClassVar[list[Any]] = [
        index.SearchField("subtitle"),
        index.SearchField("excerpt"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]

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

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save, with the main category among the categories."""
        update_fields = kwargs.get("update_fields")
        saves_category = update_fields is None or {"primary_category", "primary_category_id"} & set(
            update_fields
        )
        if saves_category and self.complete_categories() and update_fields is not None:
            kwargs["update_fields"] = {*update_fields, "categories"}
        return super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A draft too has its main category among its categories; Wagtail does not clean drafts."""
        self.complete_categories()
        return super().save_revision(*args, **kwargs)  # type: ignore[misc]

    def complete_categories(self) -> bool:
        """Add the main category to the categories; whether it was missing. At most two queries, none without one."""
        if "primary_category_id" in self.get_deferred_fields():
            return False
        main = self.primary_category
        if main is None or main in self.categories.all():
            return False
        self.categories = [*self.categories.all(), main]
        return True

    @classmethod
    def get_category_model(cls) -> "type[CategoryBase]":
        return cls._related_model("categories")

    @classmethod
    def get_series_model(cls) -> "type[SeriesBase]":
        return cls._related_model("series")

    @classmethod
    def get_author_model(cls) -> "type[AuthorBase]":
        links: Any = cls._meta.get_field(AUTHOR_LINKS).related_model
        return links._meta.get_field("author").related_model

    @classmethod
    def _related_model(cls, name: str) -> Any:
        return cls._meta.get_field(name).related_model

    @property
    def summary(self) -> str:
        """The excerpt, or else the beginning of the body; plain text."""
        return self.excerpt or self.body_summary

    @property
    def authors(self) -> "list[AuthorBase]":
        """In the order that the editor gave; no query after ``for_listing()``."""
        return [link.author for link in rows_of(self, AUTHOR_LINKS)]

    def set_authors(self, authors: "list[AuthorBase]") -> None:
        """Replace the authors, each once; saved together with the page."""
        link_class: Any = type(self)._meta.get_field(AUTHOR_LINKS).related_model
        once = dict.fromkeys(authors)
        links = [link_class(author=author, sort_order=n) for n, author in enumerate(once)]
        setattr(self, AUTHOR_LINKS, links)

    @property
    def category_list(self) -> "list[CategoryBase]":
        return rows_of(self, "categories")

    @property
    def main_category(self) -> "CategoryBase | None":
        """The primary category, or else the first of the categories; no query after ``for_listing()``."""
        categories = self.category_list
        key = self.primary_category_id
        chosen = next((category for category in categories if category.pk == key), None)
        if chosen is None and key is not None:
            chosen = self.primary_category
        return chosen or next(iter(categories), None)

    @property
    def tag_list(self) -> list[Any]:
        return rows_of(self, "tags")

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
