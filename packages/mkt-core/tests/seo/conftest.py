import json
import re
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.images import ImageFile
from lxml import html
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from .site.models import LandingPage


@pytest.fixture(autouse=True)
def _site_settings(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.seo.site.urls"
    settings.MEDIA_ROOT = tmp_path
    settings.MEDIA_URL = "/media/"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ALLOWED_HOSTS = ["*"]
    # Where Wagtail keeps renditions by the key of their image.
    cache.clear()


@pytest.fixture
def home(db):
    """The front page of https://example.com."""
    page = Page.get_first_root_node().add_child(instance=LandingPage(title="Home", slug="start"))
    site = Site.objects.get()
    site.hostname, site.port, site.site_name, site.root_page = "example.com", 443, "Acme", page
    site.save()
    return page


@pytest.fixture
def picture(home):
    """Makes images of any size."""

    def make(title="A cat", size=(1600, 900), suffix="png"):
        data = BytesIO()
        Picture.new("RGB", size, "teal").save(data, suffix.upper())
        file = ImageFile(BytesIO(data.getvalue()), name=f"picture.{suffix}")
        return get_image_model().objects.create(title=title, file=file)

    return make


class Head:
    """A page's head as a browser reads it."""

    def __init__(self, text):
        self.text = text
        self.tree = html.fromstring(text).find("head")

    @property
    def title(self):
        return self.tree.findtext("title")

    def all(self, name):
        """Contents of every ``<meta>`` with this name or property."""
        return [
            meta.get("content")
            for meta in self.tree.iter("meta")
            if name in (meta.get("name"), meta.get("property"))
        ]

    def meta(self, name):
        found = self.all(name)
        assert len(found) < 2, name
        return found[0] if found else None

    def links(self, rel):
        return [link for link in self.tree.iter("link") if link.get("rel") == rel]

    def link(self, rel):
        found = self.links(rel)
        assert len(found) < 2, rel
        return found[0].get("href") if found else None

    @property
    def languages(self):
        return {link.get("hreflang"): link.get("href") for link in self.links("alternate")}

    @property
    def json_ld(self):
        """Nodes by type."""
        scripts = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', self.text, re.DOTALL
        )
        assert len(scripts) < 2
        if not scripts:
            return {}
        data = json.loads(scripts[0])
        assert data["@context"] == "https://schema.org"
        return {node["@type"]: node for node in data["@graph"]}


@pytest.fixture
def fetch(client):
    """The head of what is at a path of https://example.com."""

    def get(path, host="example.com", **kwargs):
        response = client.get(path, headers={"host": host}, secure=True, **kwargs)
        assert response.status_code == 200, response
        return Head(response.content.decode())

    return get
