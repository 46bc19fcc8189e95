"""A site's own blog: another post class, another page type."""

from django.db import models
from wagtail.models import Page

from mkt_blog.models import AuthorBase, BlogIndexMixin, CategoryBase, PostMixin, SeriesBase


class Story(PostMixin, Page):
    dateline = models.CharField(max_length=100, blank=True)


class StoryIndex(BlogIndexMixin, Page):
    post_model = "testapp.Story"


class SimplePage(Page):
    """Something that is no blog."""


class Topic(CategoryBase):
    colour = models.CharField(max_length=20, blank=True)


class Person(AuthorBase):
    desk = models.CharField(max_length=100, blank=True)


class Arc(SeriesBase):
    pass


class Report(PostMixin, Page):
    """A post with categories, authors and series of the site's own."""

    category_model = "testapp.Topic"
    author_model = "testapp.Person"
    series_model = "testapp.Arc"


class ReportIndex(BlogIndexMixin, Page):
    post_model = "testapp.Report"
