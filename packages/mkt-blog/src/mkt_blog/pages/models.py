"""A blog and its posts, ready to use."""

import swapper
from django.utils.translation import gettext_lazy as _

from mkt_blog.models import BlogIndexMixin, PostMixin
from mkt_core.seo.models import SeoMixin

swapper.set_app_prefix("wagtailcore", "wagtail")

# On a site with its own base page these classes would break every start; there a system check
# (mkt_blog_pages.E001) says what to write instead.
if not swapper.is_swapped("wagtailcore", "Page"):
    from wagtail.models import Page

    class BlogIndexPage(SeoMixin, BlogIndexMixin, Page):
        post_model = "mkt_blog_pages.PostPage"
        subpage_types = ["mkt_blog_pages.PostPage"]

        class Meta:
            verbose_name = _("blog")
            verbose_name_plural = _("blogs")

    class PostPage(PostMixin, Page):
        parent_page_types = ["mkt_blog_pages.BlogIndexPage"]
        subpage_types: list[str] = []

        class Meta:
            verbose_name = _("post")
            verbose_name_plural = _("posts")
