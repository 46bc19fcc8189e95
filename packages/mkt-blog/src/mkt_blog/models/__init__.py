"""The blog's models: tables of terms, and the mixins that make a page a post or a blog.

Site code imports from here: ``from mkt_blog.models import PostMixin, BlogIndexMixin``.
"""

from .authors import Author, AuthorBase, AuthorLink
from .blog import BlogIndexMixin
from .categories import Category, CategoryBase
from .imports import ImportedPost
from .links import PostAuthorBase, PostTagBase, RelatedPostBase
from .post import PostBase, PostMixin
from .series import Series, SeriesBase
from .terms import Term

__all__ = [
    "Author",
    "AuthorBase",
    "AuthorLink",
    "BlogIndexMixin",
    "Category",
    "CategoryBase",
    "ImportedPost",
    "PostAuthorBase",
    "PostBase",
    "PostMixin",
    "PostTagBase",
    "RelatedPostBase",
    "Series",
    "SeriesBase",
    "Term",
]
