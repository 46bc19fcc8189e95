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
        ('mkt_blog', '0001_initial'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        IMAGE_DEPENDENCY,
    ]

    operations = [
        migrations.AddField(
            model_name='author',
            name='latest_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision'),
        ),
        migrations.AddField(
            model_name='category',
            name='image',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='category',
            name='latest_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision'),
        ),
        migrations.AddField(
            model_name='series',
            name='image',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=IMAGE_MODEL, verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='series',
            name='latest_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision'),
        ),
        migrations.CreateModel(
            name='AuthorLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('label', models.CharField(help_text='For example Mastodon.', max_length=100, verbose_name='name')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('author', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='mkt_blog.author')),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ]
