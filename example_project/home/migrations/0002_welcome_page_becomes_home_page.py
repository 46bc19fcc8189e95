from django.db import migrations


def make_home_page(apps, schema_editor):
    """Turn Wagtail's welcome page into the home page, keeping its place, site and locale."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    HomePage = apps.get_model("home", "HomePage")

    welcome = Page.objects.filter(
        depth=2, slug="home", content_type__app_label="wagtailcore", content_type__model="page"
    ).first()
    if welcome is None:
        # The site has pages of its own already: leave them alone.
        return
    home_type, _created = ContentType.objects.get_or_create(app_label="home", model="homepage")
    values = {field.attname: getattr(welcome, field.attname) for field in Page._meta.concrete_fields}
    values |= {"title": "Home", "draft_title": "Home", "content_type_id": home_type.pk}
    HomePage(page_ptr_id=welcome.pk, **values).save()


def make_plain_page(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")

    page_type = ContentType.objects.get(app_label="wagtailcore", model="page")
    # The table of home pages goes with 0001; what remains is a page without a class of its own.
    Page.objects.filter(content_type__app_label="home").update(content_type=page_type)


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial")]

    operations = [migrations.RunPython(make_home_page, make_plain_page)]
