import uuid

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from rest_framework import serializers
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase
from wagtail import blocks
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail.images.api.fields import ImageRenditionField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Orderable, Page


class Topic(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField()
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]


class Writer(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField()
    api_token = models.CharField(max_length=100, blank=True)


class ShoutBlock(blocks.CharBlock):
    def get_api_representation(self, value, context=None):
        return value.upper()


class ArticleTag(TaggedItemBase):
    content_object = ParentalKey("testapp.Article", related_name="tagged_items")


class Article(Page):
    date = models.DateTimeField()
    rank = models.IntegerField(null=True, blank=True)
    intro = RichTextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    body = StreamField(
        [
            ("paragraph", blocks.RichTextBlock()),
            ("image", ImageChooserBlock()),
            ("shout", ShoutBlock()),
            (
                "box",
                blocks.StructBlock(
                    [
                        ("text", blocks.RichTextBlock()),
                        ("more", blocks.ListBlock(blocks.RichTextBlock())),
                    ]
                ),
            ),
        ],
        blank=True,
    )
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="articles")
    see_also = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="referring"
    )
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    @property
    def minutes(self) -> int:
        return max(1, self.words // 200)

    @property
    def shouted(self) -> str | None:
        return self.title.upper()


class ArticleWriter(Orderable):
    article = ParentalKey(Article, related_name="writer_links")
    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="article_links")


class Entry(models.Model):
    """A row without any page, with a column of each kind."""

    title = models.CharField(max_length=100)
    text = models.TextField(blank=True)
    number = models.IntegerField(default=0)
    position = models.IntegerField(null=True)
    score = models.FloatField(null=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    clock = models.TimeField(null=True)
    key = models.UUIDField(default=uuid.uuid4)
    active = models.BooleanField(default=True)
    data = models.JSONField(default=dict)
    attachment = models.FileField(blank=True)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="entries")
    topics = models.ManyToManyField(Topic, related_name="tagged_entries")
    tags = TaggableManager(blank=True)

    def get_absolute_url(self):
        return f"/entries/{self.pk}/"


class Coin(models.Model):
    """A row whose primary key is not a number."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=50)


class Loud(serializers.CharField):
    def to_representation(self, value):
        return f"{value.topic.name}!" if value.topic else None


class EventPage(Page):
    """A page type of somebody else's, with all that Wagtail's API v2 can show of it."""

    starts = models.DateField(null=True, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    place = models.CharField(max_length=100, blank=True)
    intro = RichTextField(blank=True)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    poster = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    flyer = models.ForeignKey(
        "wagtaildocs.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    after = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="+")
    body = StreamField(
        [
            ("text", blocks.CharBlock()),
            ("picture", ImageBlock()),
            ("page", blocks.PageChooserBlock()),
            ("prose", blocks.RichTextBlock()),
            ("date", blocks.DateBlock()),
        ],
        blank=True,
    )
    secret_plan = models.CharField(max_length=100, blank=True)

    api_fields = [
        APIField("starts"),
        APIField("price"),
        "place",
        APIField("intro"),
        APIField("topic"),
        APIField("poster"),
        APIField("poster_small", serializer=ImageRenditionField("width-10", source="poster")),
        APIField("flyer"),
        APIField("after"),
        APIField("topics"),
        APIField("speakers"),
        APIField("topic_name"),
        APIField("loud", serializer=Loud(source="*")),
        APIField("body"),
    ]

    @property
    def topic_name(self) -> str | None:
        return self.topic.name if self.topic else None


class Speaker(Orderable):
    event = ParentalKey(EventPage, related_name="speakers")
    name = models.CharField(max_length=100)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="+")

    api_fields = [APIField("name"), APIField("topic")]


class PlainPage(Page):
    """A page type that says nothing to any API."""

    hidden_note = models.CharField(max_length=100, blank=True)
