from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model

from mkt_blog.models import Author, Category


@pytest.fixture
def make_image(db):
    def make(name="hero", size=(64, 48), color="teal"):
        data = BytesIO()
        Picture.new("RGB", size, color).save(data, "PNG")
        file = ImageFile(BytesIO(data.getvalue()), name=f"{name}.png")
        return get_image_model().objects.create(title=name, file=file)

    return make


@pytest.fixture
def make_full_posts(make_post, make_image, home):
    """Posts as the figures want them: two pictures, two categories, three tags, two authors, a link to a page."""

    def make(number):
        hero, inside = make_image("hero"), make_image("inside")
        authors = [Author.objects.create(name=name) for name in ("Ann", "Bea")]
        categories = [Category.objects.create(name=name) for name in ("Food", "Travel")]
        return [
            make_post(
                f"Full {n}",
                hero_image=hero,
                hero_alt="A loaf",
                authors=authors,
                categories=categories,
                tags=["a", "b", f"t{n}"],
                body=[
                    ("heading", {"text": "Begin", "level": "h2"}),
                    ("paragraph", f'<p>Go <a linktype="page" id="{home.pk}">home</a> {n}.</p>'),
                    ("image", {"image": inside, "caption": "Inside"}),
                    ("code", {"language": "python", "code": "print('<b>')"}),
                ],
            )
            for n in range(number)
        ]

    return make


@pytest.fixture
def make_author(db):
    return lambda name: Author.objects.create(name=name)
