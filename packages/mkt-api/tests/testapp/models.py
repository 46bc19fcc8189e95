import uuid

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from rest_framework import serializers
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase
from wagtail import blocks
from wagtail.api import APIField
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.api.fields import ImageRenditionField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Orderable, Page
from wagtail.snippets.blocks import SnippetChooserBlock


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


class Badge(models.Model):
    """What a snippet chooser leads to."""

    name = models.CharField(max_length=50)


class Colours(blocks.StructBlock):
    name = blocks.CharBlock()
    shades = blocks.ListBlock(blocks.CharBlock())


class EveryBlockPage(Page):
    """Every block of Wagtail in one body."""

    subtitle = models.CharField(max_length=100, blank=True)
    day = models.DateField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    clock = models.TimeField(null=True, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    number = models.IntegerField(null=True, blank=True)
    open = models.BooleanField(default=True)
    data = models.JSONField(default=dict, blank=True)
    intro = RichTextField(blank=True)
    badge = models.ForeignKey(
        Badge, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    flyer = models.ForeignKey(
        "wagtaildocs.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    next_page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    badges = ParentalManyToManyField(Badge, related_name="+")
    tags = ClusterTaggableManager(through="testapp.EveryBlockTag", blank=True)
    body = StreamField(
        [
            ("char", blocks.CharBlock()),
            ("text", blocks.TextBlock()),
            ("email", blocks.EmailBlock()),
            ("url", blocks.URLBlock()),
            ("regex", blocks.RegexBlock(regex=r"\w+")),
            ("integer", blocks.IntegerBlock()),
            ("float", blocks.FloatBlock()),
            ("decimal", blocks.DecimalBlock()),
            ("boolean", blocks.BooleanBlock(required=False)),
            ("date", blocks.DateBlock()),
            ("time", blocks.TimeBlock()),
            ("datetime", blocks.DateTimeBlock()),
            ("choice", blocks.ChoiceBlock(choices=[("a", "A"), ("b", "B")])),
            ("choices", blocks.MultipleChoiceBlock(choices=[("a", "A"), ("b", "B")])),
            ("rich", blocks.RichTextBlock()),
            ("raw", blocks.RawHTMLBlock()),
            ("quote", blocks.BlockQuoteBlock()),
            ("static", blocks.StaticBlock()),
            ("embed", EmbedBlock()),
            ("page", blocks.PageChooserBlock()),
            ("document", DocumentChooserBlock()),
            ("image", ImageChooserBlock()),
            ("described", ImageBlock()),
            ("snippet", SnippetChooserBlock("testapp.Badge")),
            ("struct", Colours()),
            ("list", blocks.ListBlock(Colours())),
            ("stream", blocks.StreamBlock([("rich", blocks.RichTextBlock())])),
            ("table", TableBlock()),
            ("typed", TypedTableBlock([("text", blocks.CharBlock())])),
        ],
        blank=True,
    )

    api_fields = [
        *(APIField(name) for name in ("subtitle", "day", "at", "clock", "price", "score")),
        *(APIField(name) for name in ("number", "open", "data", "intro", "badge", "picture")),
        *(APIField(name) for name in ("flyer", "next_page", "badges", "tags", "steps", "body")),
        APIField("loud"),
    ]

    @property
    def loud(self) -> str:
        return self.title.upper()


class EveryBlockTag(TaggedItemBase):
    content_object = ParentalKey(EveryBlockPage, related_name="tagged_items")


class Step(Orderable):
    page = ParentalKey(EveryBlockPage, related_name="steps")
    name = models.CharField(max_length=50)

    api_fields = [APIField("name")]
