"""A small site that never heard of cache tags."""

from django.db import models
from django.db.models import Count
from modelcluster.fields import ParentalManyToManyField
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string
from wagtail.models import Page, Site


class Topic(models.Model):
    name = models.CharField(max_length=50)
    slug = models.SlugField(unique=True)

    class Meta:
        # PostgreSQL gives rows in another order after every change of theirs.
        ordering = ["slug"]


class Author(models.Model):
    name = models.CharField(max_length=50)


@register_setting
class Branding(BaseSiteSetting):
    tagline = models.CharField(max_length=50, blank=True)


class SitePage(Page):
    """What every page of the site shows around its own content."""

    def get_context(self, request, *args, **kwargs):
        site = Site.find_for_request(request)
        root = site.root_page.localized
        return {
            **super().get_context(request, *args, **kwargs),
            "site": site,
            "branding": Branding.for_request(request),
            "menu": root.get_children().live().in_menu(),
            "breadcrumbs": self.get_ancestors().live(),
            "translations": self.get_translations().live().select_related("locale").order_by("pk"),
        }

    class Meta:
        abstract = True


class IndexPage(SitePage):
    intro = models.TextField(blank=True)

    def get_context(self, request, *args, **kwargs):
        posts = PostPage.objects.child_of(self).live().public().order_by("-date", "pk")
        return {
            **super().get_context(request, *args, **kwargs),
            "posts": posts.select_related("topic", "hero", "author").prefetch_related("topics")[:3],
            "topics": Topic.objects.annotate(n=Count("postpage")).order_by("slug"),
        }


class PostPage(SitePage):
    body = models.TextField(blank=True)
    date = models.IntegerField(default=0)
    hero = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL)
    topics = ParentalManyToManyField(Topic, blank=True, related_name="tagged")
    author = models.ForeignKey(Author, null=True, blank=True, on_delete=models.SET_NULL)
