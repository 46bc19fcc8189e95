import datetime
import uuid

import factory
import wagtail_factories
from django.utils import timezone
from wagtail.models import Site

from .testapp.models import Article, Coin, Entry, Topic, Writer

MOMENT = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    name = factory.Sequence("Topic {}".format)
    slug = factory.Sequence("topic-{}".format)


class WriterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Writer

    name = factory.Sequence("Writer {}".format)
    slug = factory.Sequence("writer-{}".format)
    api_token = "hush"


class ArticleFactory(wagtail_factories.PageFactory):
    class Meta:
        model = Article

    title = factory.Sequence("Article {}".format)
    slug = factory.Sequence("article-{}".format)
    date = MOMENT


class EntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entry
        skip_postgeneration_save = True

    title = factory.Sequence("Entry {}".format)
    key = factory.LazyFunction(uuid.uuid4)


class CoinFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Coin


def root():
    return Site.objects.get(is_default_site=True).root_page


def rich_article(**kwargs):
    """An article that uses every kind of field and links to others."""
    article = ArticleFactory(parent=root(), **kwargs)
    other = ArticleFactory(parent=root(), title=f"Seen by {article.title}", live=True)
    image = wagtail_factories.ImageFactory()
    link = f'<p><a linktype="page" id="{other.pk}">other</a></p>'
    article.intro = link
    article.picture = wagtail_factories.ImageFactory(title="A picture")
    article.topic = TopicFactory()
    article.see_also = other
    article.topics = [TopicFactory(), TopicFactory()]
    article.tags.add("red", "green")
    for position in range(2):
        article.writer_links.create(writer=WriterFactory(), sort_order=position)
    article.body = [
        ("paragraph", link),
        ("image", image),
        ("shout", "hello"),
        ("box", {"text": link, "more": [link, "<p>plain</p>"]}),
    ]
    article.save()
    return article


def now():
    return timezone.now()
