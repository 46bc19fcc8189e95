"""The site's contents."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from .models import Branding, IndexPage, PostPage, Topic


def picture(color="red"):
    data = BytesIO()
    Picture.new("RGB", (8, 8), color).save(data, "PNG")
    return ImageFile(BytesIO(data.getvalue()), name=f"{color}.png")


def build():
    """A home page with two blogs of three posts each and a page about us in the menu; topics; one picture."""
    topics = [Topic.objects.create(name=name, slug=name) for name in ("art", "bees", "cars")]
    hero = get_image_model().objects.create(title="hero", file=picture())
    site = Site.objects.get()
    home = site.root_page
    branding = Branding.for_site(site)
    branding.tagline = "hello"
    branding.save()
    home.add_child(instance=IndexPage(title="About", slug="about", show_in_menus=True))
    for blog_slug in ("news", "notes"):
        blog = home.add_child(
            instance=IndexPage(title=blog_slug, slug=blog_slug, show_in_menus=True)
        )
        for n in range(3):
            post = PostPage(
                title=f"{blog_slug} {n}", slug=f"post-{n}", body="text", date=n, topic=topics[n]
            )
            post.hero = hero if n == 0 else None
            blog.add_child(instance=post)
            post.topics.set(topics[: n + 1])
            post.save()
    return Page.objects.get(pk=home.pk)
