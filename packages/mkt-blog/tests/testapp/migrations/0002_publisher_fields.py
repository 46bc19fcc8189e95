import django.core.validators
import django.db.models.deletion
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

    dependencies = [
        ('mkt_blog', '0002_publisher_fields'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('testapp', '0001_initial'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        IMAGE_DEPENDENCY,
    ]

    operations = [
        migrations.CreateModel(
            name='StoryRelated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='story',
            name='headings',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name='story',
            name='hero_caption',
            field=models.CharField(blank=True, max_length=255, verbose_name='caption of the main picture'),
        ),
        migrations.AddField(
            model_name='story',
            name='primary_category',
            field=models.ForeignKey(blank=True, help_text='Shown first, and in the breadcrumbs. If empty, the first of the categories.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mkt_blog.category', verbose_name='main category'),
        ),
        migrations.AddField(
            model_name='story',
            name='reading_minutes',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='reading time in minutes'),
        ),
        migrations.AddField(
            model_name='story',
            name='seo_canonical',
            field=models.CharField(blank=True, help_text='Only if the same text is also found elsewhere: the address there, which search engines will show.', max_length=500, verbose_name='address to be shown instead'),
        ),
        migrations.AddField(
            model_name='story',
            name='seo_noindex',
            field=models.BooleanField(default=False, help_text='The page stays open to everyone who has its address.', verbose_name='hide from search engines'),
        ),
        migrations.AddField(
            model_name='story',
            name='social_image',
            field=models.ForeignKey(blank=True, help_text='Best 1200 pixels wide and 630 high. Others are cut around their focal point.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='picture for social networks'),
        ),
        migrations.AddField(
            model_name='story',
            name='social_image_alt',
            field=models.CharField(blank=True, max_length=255, verbose_name='description of the picture'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='dated_urls',
            field=models.BooleanField(default=False, help_text='/blog/2026/03/01/slug/ instead of /blog/slug/. The other form redirects to it.', verbose_name='dates in the addresses of posts'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='default_image',
            field=models.ForeignKey(blank=True, help_text='For posts without a main picture, on social networks and in listings.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='default picture'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='feed_full_text',
            field=models.BooleanField(default=True, help_text='Otherwise feeds hold only the excerpts.', verbose_name='whole posts in feeds'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='feed_items',
            field=models.PositiveSmallIntegerField(blank=True, help_text="If empty, as many as the site's settings say.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='posts in a feed'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='news_sitemap',
            field=models.BooleanField(default=False, help_text='List the posts of the last two days for Google News.', verbose_name='news sitemap'),
        ),
        migrations.AddField(
            model_name='storyindex',
            name='posts_per_page',
            field=models.PositiveSmallIntegerField(blank=True, help_text="Of a listing. If empty, as many as the site's settings say.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='posts on a page'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(fields=['-pinned', '-date'], name='testapp_sto_pinned_eddc7c_idx'),
        ),
        migrations.AddField(
            model_name='storyrelated',
            name='post',
            field=modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='related_links', to='testapp.story'),
        ),
        migrations.AddField(
            model_name='storyrelated',
            name='related_post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='testapp.story', verbose_name='post'),
        ),
    ]
