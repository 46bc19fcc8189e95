"""The files of an app that takes over the ready page types."""

from typing import Any

from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter

from .operations import READY_LABEL, TakeOverModel, TakeOverTypes

# In the order in which their tables can be made.
MODELS = ("BlogIndexPage", "PostPage", "PostPageAuthor", "PostPageTag", "PostPageRelated")

APPS = """from django.apps import AppConfig


class {config}(AppConfig):
    name = "{label}"
    label = "{label}"
    default_auto_field = "django.db.models.BigAutoField"
"""

MODELS_SOURCE = '''"""The blog of this site. The tables keep the names that mkt_blog.pages gave them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from mkt_blog.models import BlogIndexMixin, PostAuthorBase, PostMixin, PostTagBase, RelatedPostBase
from mkt_blog.models.links import author_key
from mkt_core.seo.models import SeoMixin


class BlogIndexPage(SeoMixin, BlogIndexMixin, Page):
    post_model = "{label}.PostPage"
    subpage_types = ["{label}.PostPage"]

    class Meta:
        db_table = "mkt_blog_pages_blogindexpage"
        verbose_name = _("blog")
        verbose_name_plural = _("blogs")


class PostPageAuthor(PostAuthorBase):
    post = ParentalKey("{label}.PostPage", on_delete=models.CASCADE, related_name="author_links")
    author = author_key("mkt_blog.Author")

    class Meta(PostAuthorBase.Meta):
        db_table = "mkt_blog_pages_postpageauthor"


class PostPageTag(PostTagBase):
    content_object = ParentalKey(
        "{label}.PostPage", on_delete=models.CASCADE, related_name="tagged_items"
    )

    class Meta(PostTagBase.Meta):
        db_table = "mkt_blog_pages_postpagetag"


class PostPageRelated(RelatedPostBase):
    post = ParentalKey("{label}.PostPage", on_delete=models.CASCADE, related_name="related_links")
    related_post = models.ForeignKey(
        "{label}.PostPage", verbose_name=_("post"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(RelatedPostBase.Meta):
        db_table = "mkt_blog_pages_postpagerelated"


class PostPage(PostMixin, Page):
    author_link_model = "{label}.PostPageAuthor"
    tag_link_model = "{label}.PostPageTag"
    related_link_model = "{label}.PostPageRelated"
    parent_page_types = ["{label}.BlogIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        db_table = "mkt_blog_pages_postpage"
        verbose_name = _("post")
        verbose_name_plural = _("posts")
'''


def app_files(label: str) -> dict[str, str]:
    """Path below the app's folder -> content. Reads the migrations of the site; writes nothing."""
    return {
        "__init__.py": "",
        "apps.py": APPS.format(label=label, config=f"{label.title().replace('_', '')}Config"),
        "models.py": MODELS_SOURCE.format(label=label),
        "migrations/__init__.py": "",
        "migrations/0001_initial.py": migration_source(label),
    }


def migration_source(label: str) -> str:
    """The first migration: the same models as those of the ready app, by the same tables."""
    loader = MigrationLoader(connection)
    state = loader.project_state()
    states = {name: state.models[READY_LABEL, name.lower()] for name in MODELS}
    operations: list[Operation] = [_operation(states[name], label) for name in MODELS]
    migration = type(
        "Migration",
        (migrations.Migration,),
        {
            "initial": True,
            "dependencies": _dependencies(loader),
            "operations": [*operations, _tags(states["PostPage"], label), TakeOverTypes(MODELS)],
        },
    )
    return str(MigrationWriter(migration("0001_initial", label), include_header=False).as_string())


def _operation(state: ModelState, label: str) -> TakeOverModel:
    fields = [
        (name, _pointing_to(field, label)) for name, field in state.fields.items() if name != "tags"
    ]
    options = {**state.options, "db_table": f"{READY_LABEL}_{state.name_lower}"}
    return TakeOverModel(state.name, fields, options, state.bases, state.managers)


def _tags(state: ModelState, label: str) -> migrations.AddField:
    # Afterwards, because it points to the table of links, which points to the post.
    return migrations.AddField("postpage", "tags", _pointing_to(state.fields["tags"], label))


def _pointing_to(field: Any, label: str) -> Any:
    """A copy of a field, whose relations among the ready models are relations among those of the new app."""
    _name, _path, args, kwargs = field.deconstruct()
    moved = {
        key: f"{label}.{value.partition('.')[2]}"
        if isinstance(value, str) and value.lower().startswith(f"{READY_LABEL}.")
        else value
        for key, value in kwargs.items()
    }
    return type(field)(*args, **moved)


def _dependencies(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Those of the ready app's own migrations, which will not be there any more."""
    needed: set[tuple[str, str]] = {
        (dependency[0], dependency[1])
        for key, migration in loader.disk_migrations.items()
        for dependency in migration.dependencies
        if key[0] == READY_LABEL and dependency[0] != READY_LABEL
    }
    return sorted({*needed, ("contenttypes", "0002_remove_content_type_name")})
