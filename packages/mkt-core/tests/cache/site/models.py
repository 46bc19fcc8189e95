"""A small site that never heard of cache tags."""

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.images import get_image_model_string
from wagtail.models import Page


class Topic(models.Model):
    name = models.CharField(max_length=50)
    slug = models.SlugField(unique=True)


class Branding(BaseSiteSetting):
    tagline = models.CharField(max_length=50, blank=True)


class IndexPage(Page):
    intro = models.TextField(blank=True)


class PostPage(Page):
    body = models.TextField(blank=True)
    date = models.IntegerField(default=0)
    hero = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL)
    topics = ParentalManyToManyField(Topic, blank=True, related_name="tagged")
