"""The demo's pictures, drawn once and kept in the image library."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Drawing
from wagtail.images import get_image_model
from wagtail.models import Collection

from home.demo import images

COLLECTION = "Demo content"
# Pillow leaves the interpreter's lock while it fills, blurs and compresses.
THREADS = 2


def illustrations(keys: Iterable[str]) -> dict[str, Any]:
    """Images of the library by key of ``ILLUSTRATIONS``; draws those that are missing."""
    titles = {key: images.ILLUSTRATIONS[key].title for key in keys}
    return _ensure(titles, images.render)


def portraits(names: dict[str, str]) -> dict[str, Any]:
    """Images of the library by author slug, with the author's name as title."""
    return _ensure(names, images.portrait)


def _ensure(titles: dict[str, str], draw: Callable[[str], Drawing.Image]) -> dict[str, Any]:
    collection = _collection()
    found = {
        image.title: image
        for image in get_image_model().objects.filter(
            collection=collection, title__in=titles.values()
        )
    }
    missing = [key for key, title in titles.items() if title not in found]
    with ThreadPoolExecutor(THREADS) as pool:
        # The database is for this thread alone; the others only draw.
        for key, picture in zip(
            missing, pool.map(lambda key: _jpeg(draw(key)), missing), strict=True
        ):
            found[titles[key]] = _add(titles[key], f"{key}.jpg", picture, collection)
    return {key: found[title] for key, title in titles.items()}


def _collection() -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)


def _jpeg(picture: Drawing.Image) -> tuple[bytes, tuple[int, int]]:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue(), picture.size


def _add(
    title: str, name: str, picture: tuple[bytes, tuple[int, int]], collection: Collection
) -> Any:
    content, (width, height) = picture
    return get_image_model().objects.create(
        title=title,
        file=ImageFile(BytesIO(content), name=name),
        width=width,
        height=height,
        collection=collection,
    )
