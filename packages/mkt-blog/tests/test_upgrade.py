"""A site that has been in use since 0.1 is brought to the models of today."""

from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mkt_blog.pages.models import PostPage

BEFORE = [("mkt_blog_pages", "0001_initial")]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


# All apps, so that the tables are emptied together with those of other apps that PostgreSQL's template has.
@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
def test_posts_authors_and_categories_of_the_first_release_are_kept(make_post, food, ann, blog):
    date = timezone.make_aware(datetime(2026, 2, 3, 4, 5))
    body = [("paragraph", "<p>" + "word " * 500 + "</p>")]
    post = make_post("Bread", date=date, body=body, categories=[food], authors=[ann], tags=["rye"])
    try:
        migrate(BEFORE)
        columns = {
            column.name
            for column in connection.introspection.get_table_description(
                connection.cursor(), PostPage._meta.db_table
            )
        }
        assert "reading_minutes" not in columns
    finally:
        migrate([("mkt_blog_pages", "0002_publisher_fields")])

    kept = PostPage.objects.get(pk=post.pk)
    assert kept.date == date
    assert kept.authors == [ann]
    assert kept.category_list == [food]
    assert [tag.name for tag in kept.tag_list] == ["rye"]
    assert kept.word_count == 500
    assert kept.reading_minutes == 3
    assert kept.headings == []
    assert (kept.primary_category, kept.hero_caption, kept.seo_noindex) == (None, "", False)
    assert blog.posts().get() == post
