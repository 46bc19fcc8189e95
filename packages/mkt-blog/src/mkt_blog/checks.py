"""System checks."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from mkt_core.checks import missing_tables, settings_errors

from .conf import blog_settings

LABEL = "mkt_blog"


def register() -> None:
    checks.register(check_settings)
    checks.register(check_body_blocks)
    checks.register(check_removed_blocks)
    checks.register(check_base_template, Tags.templates)
    checks.register(check_post_models, Tags.models)
    checks.register(check_tables, Tags.database)
    checks.register(check_stored_blocks, Tags.database)


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """E001: ``MKT_BLOG`` cannot be read. E002: a value has the wrong type. E004: not positive."""
    errors = settings_errors(blog_settings, LABEL)
    if errors:
        return errors
    return [
        Error(
            f"MKT_BLOG[{name!r}] is {value}; it must be at least 1.",
            hint="Remove the key to use the default.",
            id="mkt_blog.E004",
        )
        for name in (
            *("POSTS_PER_PAGE", "FEED_ITEMS", "WORDS_PER_MINUTE"),
            *("STALE_AFTER_DAYS", "SCHEDULE_GRACE_MINUTES"),
        )
        if (value := getattr(blog_settings.current, name)) is not None and value < 1
    ]


def check_body_blocks(**kwargs: Any) -> list[CheckMessage]:
    """E005: a registered body block cannot be built."""
    from .body import build_blocks

    if blog_settings.problems():
        return []
    try:
        build_blocks()
    except ImproperlyConfigured as error:
        return [
            Error(
                str(error),
                hint="Give the dotted path of a block class or of a function that returns a block.",
                id="mkt_blog.E005",
            )
        ]
    return []


def check_removed_blocks(**kwargs: Any) -> list[CheckMessage]:
    """W011: ``BODY_BLOCKS`` removes a block that is not there."""
    from .body import BUILT_IN

    if blog_settings.problems():
        return []
    given = blog_settings.current.BODY_BLOCKS
    return [
        CheckWarning(
            f"MKT_BLOG['BODY_BLOCKS'][{name!r}] is None, which removes nothing: no block has this name.",
            hint=_nearest_name(name, BUILT_IN),
            id="mkt_blog.W011",
        )
        for name, path in given.items()
        if path is None and name not in BUILT_IN
    ]


def _nearest_name(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, list(known), n=1)
    return f"Did you mean {nearest[0]!r}?" if nearest else "Take the name out of the setting."


def check_stored_blocks(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W010: posts hold blocks whose name is not registered (any more), which the next save would lose."""
    from .stored_blocks import unregistered_blocks

    if blog_settings.problems() or not databases or check_tables(databases=databases):
        return []
    return [
        CheckWarning(
            f"{model._meta.label}: the block {name!r} is stored in {found.count} posts"
            f" ({', '.join(found.examples)}) but is not registered.",
            hint=(
                f"Readers do not see it, and it is lost when such a post is saved. Bring it back with"
                f" MKT_BLOG['BODY_BLOCKS'][{name!r}] = '<dotted path of a block>', or take it out of the posts first."
            ),
            obj=model,
            id="mkt_blog.W010",
        )
        for model, blocks in unregistered_blocks(databases)
        for name, found in blocks.items()
    ]


def check_base_template(**kwargs: Any) -> list[CheckMessage]:
    """W001: the site has no template of the name in ``BASE_TEMPLATE``."""
    if blog_settings.problems():
        return []
    name = blog_settings.current.BASE_TEMPLATE
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return [
            CheckWarning(
                f"There is no template {name!r}, so the blog is shown in a plain frame.",
                hint="Name your site's base template in MKT_BLOG['BASE_TEMPLATE'].",
                id="mkt_blog.W001",
            )
        ]
    except Exception:  # noqa: BLE001
        # A template that is there but broken is for Django to report, with its own message.
        return []
    return []


def check_post_models(**kwargs: Any) -> list[CheckMessage]:
    """E006: ``post_model`` of a blog class names no post class."""
    from django.apps import apps

    from .models import BlogIndexMixin, PostBase

    errors: list[CheckMessage] = []
    for blog_class in apps.get_models():
        if not issubclass(blog_class, BlogIndexMixin):
            continue
        try:
            found = issubclass(blog_class.get_post_model(), PostBase)
        except (LookupError, ValueError):
            found = False
        if not found:
            errors.append(
                Error(
                    f"{blog_class.__name__}.post_model is {blog_class.post_model!r}, "
                    "which is not a post class.",
                    hint="Name a model that inherits from mkt_blog.models.PostMixin.",
                    obj=blog_class,
                    id="mkt_blog.E006",
                )
            )
    return errors


def check_tables(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W003: the app is installed and its migrations have not been run."""
    return missing_tables(LABEL, databases)
