"""The front page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import Page

from mkt_blog.models import PostMixin
from mkt_blog.pages.models import BlogIndexPage
from mkt_core.seo import Seo
from mkt_core.seo.models import SeoMixin

# One big card and a row of three.
FEATURED_POSTS = 4
LATEST_POSTS = 6


class HomePage(SeoMixin, Page):
    """A greeting, the posts an editor has featured, and the newest of the others."""

    hero_title = models.CharField(_("headline"), max_length=120, blank=True)
    hero_text = models.TextField(_("text below the headline"), blank=True)
    hero_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    hero_alt = models.CharField(
        _("description of the picture"),
        max_length=255,
        blank=True,
        help_text=_("For readers who cannot see it. Leave empty if it is decoration."),
    )
    featured_title = models.CharField(_("title of the featured posts"), max_length=80, blank=True)
    latest_title = models.CharField(_("title of the latest posts"), max_length=80, blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in ("hero_title", "hero_text", "hero_image", "hero_alt")],
            _("Greeting"),
        ),
        MultiFieldPanel([FieldPanel("featured_title"), FieldPanel("latest_title")], _("Posts")),
    ]
    promote_panels = [*Page.promote_panels, *SeoMixin.seo_panels]
    max_count_per_parent = 1
    seo_image_fields = ("hero_image",)

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def blog(self) -> BlogIndexPage | None:
        """The first blog below this page that everyone may see."""
        return BlogIndexPage.objects.live().public().descendant_of(self).order_by("path").first()

    def mkt_core_seo(self, request: HttpRequest | None) -> Seo:
        """What search engines are told where the editor has said nothing."""
        return Seo(title=self.hero_title, image=self.hero_image, image_alt=self.hero_alt)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        blog = self.blog
        return context | {"blog": blog} | (front_page_posts(blog) if blog else {})


def front_page_posts(blog: BlogIndexPage) -> dict[str, list[PostMixin]]:
    """Featured posts and the newest of the others, each post once."""
    posts = blog.posts().for_listing()
    featured = list(posts.filter(featured=True)[:FEATURED_POSTS])
    latest = list(posts.exclude(pk__in=[post.pk for post in featured])[:LATEST_POSTS])
    for post in (*featured, *latest):
        # The cards ask each post for its blog, which is known here.
        post.blog = blog
    return {"featured": featured, "latest": latest}
