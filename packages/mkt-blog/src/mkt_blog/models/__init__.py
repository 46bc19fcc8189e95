"""The blog's models: tables of terms, and the mixins that make a page a post or a blog.

Site code imports from here: ``from mkt_blog.models import PostMixin, BlogIndexMixin``.
"""

from .blog import BlogIndexMixin
from .imports import ImportedPost
from .links import PostAuthorBase, PostTagBase
from .post import PostMixin
from .terms import Author, Category, Series

__all__ = [
    "Author",
    "BlogIndexMixin",
    "Category",
    "ImportedPost",
    "PostAuthorBase",
    "PostMixin",
    "PostTagBase",
    "Series",
]
