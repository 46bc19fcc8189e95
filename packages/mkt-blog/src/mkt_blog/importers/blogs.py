"""Find the blog that a command line names."""

from typing import Any

from django.apps import apps
from django.db import connections, router
from django.utils.translation import gettext as _
from wagtail.models import Site

from mkt_blog.models import BlogIndexMixin, ImportedPost, PostBase

from .wordpress.errors import ExportError


def find_blog(slug: str, hostname: str | None = None) -> Any:
    """The blog page with this slug, below the site with this host name if one is given.

    Raises:
        ExportError: there is no such blog or site, or there are several; the message lists them.
            Or the tables of the blog are missing.
    """
    require_tables()
    blogs = all_blogs()
    if hostname:
        root_path = _site(hostname).root_page.path
        blogs = [blog for blog in blogs if blog.path.startswith(root_path)]
    found = [blog for blog in blogs if blog.slug == slug]
    if not found:
        raise ExportError(
            _("There is no blog with the slug “%(slug)s”. %(choice)s")
            % {"slug": slug, "choice": _choice(blogs)}
        )
    if len(found) > 1:
        raise ExportError(
            _("Several blogs have the slug “%(slug)s”: %(blogs)s. Name the site with --site.")
            % {"slug": slug, "blogs": _listed(found)}
        )
    return found[0]


def require_tables() -> None:
    """Raise ExportError when the migrations of a class of posts or blogs have not been run."""
    for model in apps.get_models():
        if not issubclass(model, (BlogIndexMixin, PostBase, ImportedPost)):
            continue
        tables = connections[router.db_for_write(model)].introspection.table_names()
        if model._meta.db_table not in tables:
            raise ExportError(
                _("The table %(table)s is missing. Run “manage.py migrate” first.")
                % {"table": model._meta.db_table}
            )


def all_blogs() -> list[Any]:
    """Every blog page of every class, in the order of the page tree."""
    classes = [model for model in apps.get_models() if issubclass(model, BlogIndexMixin)]
    pages = {page.pk: page for model in classes for page in model._default_manager.all()}
    return sorted(pages.values(), key=lambda page: page.path)


def _site(hostname: str) -> Site:
    # The default site may have the same host name as another one, on another port.
    site = Site.objects.filter(hostname=hostname).order_by("-is_default_site", "pk").first()
    if site is None:
        names = ", ".join(Site.objects.order_by("hostname").values_list("hostname", flat=True))
        raise ExportError(
            _("There is no site with the host name “%(name)s”. There are: %(names)s.")
            % {"name": hostname, "names": names}
        )
    return site


def _choice(blogs: list[Any]) -> str:
    if not blogs:
        return _("There is no blog yet: create one in the page tree first.")
    return _("There are: %s.") % _listed(blogs)


def _listed(blogs: list[Any]) -> str:
    return ", ".join(f"{blog.slug} ({blog.url_path})" for blog in blogs)
