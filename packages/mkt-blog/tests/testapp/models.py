"""A site's own blog: another post class, another page type."""

from django.db import models
from wagtail.models import Page

from mkt_blog.models import BlogIndexMixin, PostMixin


class Story(PostMixin, Page):
    dateline = models.CharField(max_length=100, blank=True)


class StoryIndex(BlogIndexMixin, Page):
    post_model = "testapp.Story"


class SimplePage(Page):
    """Something that is no blog."""
