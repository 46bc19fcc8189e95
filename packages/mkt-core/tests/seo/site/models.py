"""A site with pages of every kind: with the mixin, without, with hooks, with routes, with addresses of their own."""

from django.db import models
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.images import get_image_model_string
from wagtail.models import Page

from mkt_core.seo import Crumb, Seo
from mkt_core.seo.json_ld import organization_id
from mkt_core.seo.models import SeoMixin

TEMPLATE = "seo_site/page.html"


class SitePage(Page):
    def get_template(self, request, *args, **kwargs):
        return TEMPLATE

    class Meta:
        abstract = True


class PlainPage(SitePage):
    """Knows nothing of us."""


class LandingPage(SeoMixin, SitePage):
    promote_panels = [*Page.promote_panels, *SeoMixin.seo_panels]


class Article(SeoMixin, SitePage):
    seo_image_fields = ("hero",)

    hero = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hero_alt = models.CharField(max_length=50, blank=True)
    lead = models.TextField(blank=True)
    is_ready = models.BooleanField(default=True)

    def mkt_core_seo(self, request):
        return Seo(
            description=self.lead,
            image=self.hero,
            image_alt=self.hero_alt,
            type="article",
            properties=(("article:section", "News"),),
        )

    def mkt_core_json_ld(self, request, head):
        return [
            {
                "@type": "Article",
                "headline": self.title,
                "url": head.canonical,
                "publisher": {"@id": organization_id(head.root_url)},
            }
        ]

    @classmethod
    def mkt_core_indexed_pages(cls, pages):
        return pages.filter(is_ready=True)


class RoutesPage(RoutablePageMixin, SitePage):
    """Shows topics below its own address, in several pages."""

    @path("")
    def index(self, request):
        return self.render(request, template=TEMPLATE)

    @path("plain/")
    def plain(self, request):
        return self.render(request, template=TEMPLATE)

    @path("topic/<slug:topic>/")
    def topic(self, request, topic):
        url = f"{self.get_url(request)}topic/{topic}/"
        seo = Seo(
            title=topic.title(),
            canonical=url,
            crumbs=(Crumb(name=topic.title(), url=url),),
            previous_url=url,
            next_url=f"{url}?page=3",
        )
        return self.render(request, context_overrides={"seo": seo}, template=TEMPLATE)

    def get_sitemap_urls(self, request=None):
        own = super().get_sitemap_urls(request)
        return [*own, {"location": f"{own[0]['location']}topic/art/", "lastmod": None}]


class ElsewherePage(SitePage):
    """Lives at another address than its place in the tree says."""

    def get_url_parts(self, request=None):
        site_id, root_url, _ = super().get_url_parts(request)
        return site_id, root_url, f"/elsewhere/{self.slug}/"


def plain_view(request):
    return TemplateResponse(
        request, TEMPLATE, {"seo": Seo(title="Search", page_number=2, noindex=False)}
    )


def anonymous_view(request):
    return TemplateResponse(request, TEMPLATE, {})
