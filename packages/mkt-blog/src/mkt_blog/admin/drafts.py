"""Terms in versions of posts that are not published yet."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Revision

from .relations import Relation

BATCH = 100


def rewrite_drafts(relation: Relation, old: set[int], new: int, posts: Iterable[int]) -> set[int]:
    """Put a term in place of others in the newest and in the scheduled versions of posts.

    ``posts`` are keys of posts whose published version has been changed; beside these, every post with unpublished
    changes is looked at. Returns the keys of the posts whose versions were changed.
    """
    model = relation.post_model
    drafts = model._default_manager.filter(
        Q(has_unpublished_changes=True) | Q(live=False) | Q(pk__in=list(posts))
    )
    revisions = Revision.objects.filter(content_type__in=_content_types(model)).filter(
        Q(pk__in=drafts.values("latest_revision")) | Q(approved_go_live_at__isnull=False)
    )
    changed: list[Revision] = []
    keys = set()
    for revision in revisions.iterator(chunk_size=BATCH):
        if replace_term(revision.content, relation.axis, old, new):
            changed.append(revision)
            keys.add(int(revision.object_id))
    Revision.objects.bulk_update(changed, ["content"], batch_size=BATCH)
    return keys


def _content_types(model: Any) -> list[ContentType]:
    from ..post_models import post_models

    classes = [one for one in post_models() if issubclass(one, model)]
    return list(ContentType.objects.get_for_models(*classes).values())


def replace_term(content: dict[str, Any], axis: str, old: set[int], new: int) -> bool:
    """Change what a revision holds of a post; whether there was anything to change."""
    if axis == "category":
        return _replace_categories(content, old, new)
    if axis == "series":
        return _replace_key(content, "series", old, new)
    if axis == "tag":
        return _replace_in_links(content, "tagged_items", "tag", old, new)
    return _replace_in_links(content, "author_links", "author", old, new)


def _replace_in_links(
    content: dict[str, Any], relation: str, name: str, old: set[int], new: int
) -> bool:
    """In a list of links, of which the first to each term is kept."""
    links = content.get(relation) or []
    changed = [_replace_key(link, name, old, new) for link in links]
    if any(changed):
        first = {link[name]: link for link in reversed(links)}
        content[relation] = [link for link in links if first[link[name]] is link]
    return any(changed)


def _replace_categories(content: dict[str, Any], old: set[int], new: int) -> bool:
    main = _replace_key(content, "primary_category", old, new)
    categories = content.get("categories") or []
    if not old.intersection(categories):
        return main
    replaced = [new if key in old else key for key in categories]
    content["categories"] = list(dict.fromkeys(replaced))
    return True


def _replace_key(content: dict[str, Any], name: str, old: set[int], new: int) -> bool:
    if content.get(name) not in old:
        return False
    content[name] = new
    return True
