import django.db.models.deletion
import modelsearch.index
import uuid
from django.conf import settings
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
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        IMAGE_DEPENDENCY,
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('blog_pk', models.BigIntegerField(verbose_name='blog')),
                ('guid', models.CharField(max_length=500, verbose_name='identifier in the source')),
                ('post_pk', models.BigIntegerField(verbose_name='post')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('revision_pk', models.BigIntegerField(null=True, verbose_name='revision')),
                ('imported_at', models.DateTimeField(auto_now=True, verbose_name='imported at')),
            ],
            options={
                'verbose_name': 'imported post',
                'verbose_name_plural': 'imported posts',
                'constraints': [models.UniqueConstraint(fields=('blog_pk', 'guid'), name='mkt_blog_imported_once')],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('slug', models.SlugField(allow_unicode=True, blank=True, help_text='The last part of the address. Made from the name if left empty.', max_length=200, verbose_name='slug')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('role', models.CharField(blank=True, max_length=200, verbose_name='role')),
                ('bio', models.TextField(blank=True, verbose_name='biography')),
                ('url', models.URLField(blank=True, verbose_name='website')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='photo')),
                ('user', models.ForeignKey(blank=True, help_text='The account that writes under this name, if there is one.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'author',
                'verbose_name_plural': 'authors',
                'ordering': ['name', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale', 'slug'), name='mkt_blog_author_slug')],
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('slug', models.SlugField(allow_unicode=True, blank=True, help_text='The last part of the address. Made from the name if left empty.', max_length=200, verbose_name='slug')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('path', models.CharField(editable=False, max_length=1000)),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('sort_order', models.IntegerField(default=0, verbose_name='order')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='mkt_blog.category', verbose_name='parent')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['sort_order', 'name', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale', 'path'), name='mkt_blog_category_path', violation_error_message='Another category already has this address.')],
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('slug', models.SlugField(allow_unicode=True, blank=True, help_text='The last part of the address. Made from the name if left empty.', max_length=200, verbose_name='slug')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['title', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale', 'slug'), name='mkt_blog_series_slug')],
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
    ]
