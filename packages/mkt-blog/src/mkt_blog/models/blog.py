"""What makes a page a blog."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string

from ..admin.previews import BLOG_MODES, preview_blog
from ..feeds.routes import FeedRoutesMixin
from ..routes import BlogRoutesMixin
from ..seo import blog_nodes, blog_seo, sitemap_urls
from ..visible import posts_of
from .api_fields import BLOG_API_FIELDS, gather_api_fields
from .completing import extend_list
from .post import PostBase

if TYPE_CHECKING:
    from mkt_core.seo import Seo
    from mkt_core.seo.head import Head

    from ..querysets import PostQuerySet


class BlogIndexMixin(FeedRoutesMixin, BlogRoutesMixin, models.Model):
    """Everything a blog adds to a page: listings, archives and feeds of the posts right below it.

    ``class News(BlogIndexMixin, Page): post_model = "news.Story"`` is a complete blog. Each blog
    names its own post class, so several blogs of several kinds can live in one site.
    """

    # "app.Model" of the posts below this page.
    post_model: ClassVar[str] = "mkt_blog_pages.PostPage"

    api_fields: ClassVar[list[Any]] = BLOG_API_FIELDS

    intro = models.TextField(_("introduction"), blank=True)

    posts_per_page = models.PositiveSmallIntegerField(
        _("posts on a page"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of a listing. If empty, as many as the site's settings say."),
    )
    feed_items = models.PositiveSmallIntegerField(
        _("posts in a feed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_("If empty, as many as the site's settings say."),
    )
    feed_full_text = models.BooleanField(
        _("whole posts in feeds"),
        default=True,
        help_text=_("Otherwise feeds hold only the excerpts."),
    )
    dated_urls = models.BooleanField(
        _("dates in the addresses of posts"),
        default=False,
        help_text=_(
            "/blog/2026/03/01/slug/ instead of /blog/slug/. The other form redirects to it."
        ),
    )
    default_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("default picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("For posts without a main picture, on social networks and in listings."),
    )
    news_sitemap = models.BooleanField(
        _("news sitemap"),
        default=False,
        help_text=_("List the posts of the last two days for Google News."),
    )

    blog_panels: ClassVar[list[Any]] = [
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldPanel("posts_per_page"), FieldPanel("default_image"), FieldPanel("dated_urls")],
            _("Listings and addresses"),
            help_text=_("Of all posts of this blog."),
        ),
        MultiFieldPanel(
            [FieldPanel("feed_items"), FieldPanel("feed_full_text"), FieldPanel("news_sitemap")],
            _("Feeds"),
        ),
    ]

    class Meta:
        abstract = True

    @classmethod
    def get_post_model(cls) -> type[PostBase]:
        """The class of this blog's posts.

        Raises:
            LookupError: ``post_model`` names no installed model.
        """
        return apps.get_model(cls.post_model)

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """The class's own template (``news/story_index.html``) if there is one, else the blog's."""
        own = super().get_template(request, *args, **kwargs)
        return [own, "mkt_blog/blog_index_page.html"]

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return BLOG_MODES

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        return preview_blog(self, request, mode_name) or super().serve_preview(request, "")

    def mkt_core_seo(self, request: Any) -> "Seo":
        """What a head says where the editor has said nothing; found by ``mkt_core.seo``."""
        return blog_seo(self)

    def mkt_core_json_ld(self, request: Any, head: "Head") -> list[dict[str, Any]]:
        return blog_nodes(self, request, head)

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """The blog itself and the listings of its categories, tags, authors and series."""
        return sitemap_urls(self, request, super().get_sitemap_urls(request))

    def posts(self, model: type[PostBase] | None = None, request: Any = None) -> "PostQuerySet":
        """Published posts of this blog, as the hooks ``mkt_blog_listing_queryset`` leave them for the request."""
        return posts_of(self, model, request)


@receiver(class_prepared, dispatch_uid="mkt_blog.complete_blog_class")
def complete_blog_class(sender: type[models.Model], **kwargs: Any) -> None:
    """Give a new concrete blog class the panels of the mixin."""
    if issubclass(sender, BlogIndexMixin) and not sender._meta.abstract:
        extend_list(sender, "content_panels", sender.blog_panels)
        gather_api_fields(sender)
