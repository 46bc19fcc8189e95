import uuid

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
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
