"""A site whose pages all inherit from its own base page."""

from django.db import models
from wagtail.models import AbstractPage

from mkt_blog.models import BlogIndexMixin, PostMixin
from mkt_core.seo.models import SeoMixin, SeoTextMixin


class BasePage(AbstractPage):
    department = models.CharField(max_length=100, blank=True)


class HomePage(BasePage):
    pass


class LandingPage(SeoMixin, SeoTextMixin, BasePage):
    """The base page has neither title nor description for search engines."""


class Story(PostMixin, BasePage):
    pass


class StoryIndex(BlogIndexMixin, BasePage):
    post_model = "swapped.Story"
