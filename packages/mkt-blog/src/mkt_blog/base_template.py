"""Which template of the site the blog's templates extend."""

from django.template.loader import select_template

from .conf import blog_settings

FALLBACK = "mkt_blog/base.html"


def base_template() -> str:
    """The name in ``MKT_BLOG["BASE_TEMPLATE"]`` if there is such a template, else our plain one.

    A missing template is also told by the system check ``mkt_blog.W001``, but a page with a
    plain frame serves a reader better than an error.
    """
    found = select_template([blog_settings.current.BASE_TEMPLATE, FALLBACK])
    return str(found.template.name)
