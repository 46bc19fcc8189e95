import django.db.models.deletion
import django.utils.timezone
import mkt_blog.fields
import modelcluster.contrib.taggit
import modelcluster.fields
from django.db import migrations, models

from wagtail.images import get_image_model_string

# A site may have its own image model; its first migration creates the table.
IMAGE_MODEL = get_image_model_string()
IMAGE_DEPENDENCY = (
    ("wagtailimages", "0027_image_description")
    if IMAGE_MODEL == "wagtailimages.Image"
    else (IMAGE_MODEL.split(".")[0], "__first__")
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mkt_blog', '0001_initial'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        IMAGE_DEPENDENCY,
    ]

    operations = [
        migrations.CreateModel(
            name='BlogIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('intro', models.TextField(blank=True, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'blog',
                'verbose_name_plural': 'blogs',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PostPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('date', models.DateTimeField(db_index=True, default=django.utils.timezone.now, help_text='Readers see the post from this moment on, and it is sorted by it.', verbose_name='publication date')),
                ('updated_at', models.DateTimeField(blank=True, help_text='Shown to readers when the text has changed in substance.', null=True, verbose_name='updated on')),
                ('subtitle', models.CharField(blank=True, max_length=255, verbose_name='subtitle')),
                ('excerpt', models.TextField(blank=True, help_text='If empty, the beginning of the text is shown.', verbose_name='excerpt')),
                ('hero_alt', models.CharField(blank=True, help_text='For readers who cannot see it. Leave empty if it is purely decorative.', max_length=255, verbose_name='description of the main picture')),
                ('body', mkt_blog.fields.BodyField(blank=True, verbose_name='body')),
                ('series_position', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='position in the series')),
                ('featured', models.BooleanField(default=False, verbose_name='featured')),
                ('pinned', models.BooleanField(default=False, help_text='Keep this post at the top of the blog.', verbose_name='pinned')),
                ('word_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='words')),
                ('body_summary', models.TextField(blank=True, editable=False)),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='mkt_blog.category', verbose_name='categories')),
                ('hero_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='main picture')),
                ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mkt_blog.series', verbose_name='series')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='PostPageAuthor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mkt_blog.author', verbose_name='author')),
                ('post', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='author_links', to='mkt_blog_pages.postpage')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PostPageTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='tagged_items', to='mkt_blog_pages.postpage')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_items', to='taggit.tag', verbose_name='tag')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='postpage',
            name='tags',
            field=modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='mkt_blog_pages.PostPageTag', to='taggit.Tag', verbose_name='tags'),
        ),
    ]
