"""Posts of an export as pages: created, or brought up to date."""

import json
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from wagtail.coreutils import cautious_slugify
from wagtail.models import PageViewRestriction, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published

from mkt_blog.slugs import free_slug, is_reserved
from mkt_core.compat import get_page_model

from .blocks import Block
from .entries import note_creation, note_references
from .links import PostTerms, insert_terms, set_terms
from .posts import SourcePost, Visibility

SLUG_MAX_LENGTH = 255


class Writer:
    """Writes posts below one blog page. Call it inside of a transaction, a post at a time."""

    def __init__(self, blog: Any) -> None:
        self.blog = blog
        self.post_class: Any = blog.get_post_model()
        self._taken = set(blog.get_children().values_list("slug", flat=True))

    def find(self, pk: int) -> Any:
        """The page of an earlier import, or None if it is gone."""
        return self.post_class.objects.filter(pk=pk).first()

    def create(self, post: SourcePost, blocks: list[Block], terms: PostTerms) -> Any:
        """A new page, live, scheduled or as a draft, with its first revision.

        Its references and its log are left to ``complete``.
        """
        slug = self._free_slug(post)
        page = self.post_class(slug=slug, locale=self.blog.locale)
        self._fill(page, post, blocks)
        page.live = post.visibility is Visibility.LIVE
        page.has_unpublished_changes = not page.live
        if page.live:
            page.first_published_at = page.last_published_at = page.date
        with disable_reference_index_auto_update():
            self._insert(page)
        insert_terms(page, terms)
        revision = self._add_revision(page)
        self._restrict(page, post)
        if page.live:
            page_published.send(sender=type(page), instance=page, revision=revision)
        self._taken.add(slug)
        return page

    def complete(self, pages: list[Any]) -> None:
        """What ``create`` has left out, for all ``pages`` that it made: two queries."""
        note_creation(pages)
        note_references(pages)

    def update(self, page: Any, post: SourcePost, blocks: list[Block], terms: PostTerms) -> Any:
        """The same page, at the same address, with a new revision."""
        self._fill(page, post, blocks)
        set_terms(page, terms)
        self._restrict(page, post)
        if post.visibility is Visibility.DRAFT:
            if page.live:
                page.unpublish(log_action=True)
            page.has_unpublished_changes = True
            page.save(clean=False)
            page.save_revision(clean=False, log_action=True)
        else:
            page.save_revision(clean=False, log_action=True).publish()
        page.refresh_from_db(fields=["latest_revision"])
        return page

    def _insert(self, page: Any) -> None:
        """Add the page to the tree.

        Wagtail's validation takes longer than the insert and is left out: what it would look at
        was made to fit by ``understand()``, ``complete_title()`` and ``_free_slug()``.
        """
        page.save = partial(page.save, clean=False, log_action=None)
        # Wagtail would ask whether it is the root of a site: nothing points to a page that is new.
        page._is_site_root = False
        self.blog.add_child(instance=page)
        del page.save, page._is_site_root

    def _fill(self, page: Any, post: SourcePost, blocks: list[Block]) -> None:
        page.title = page.draft_title = post.title
        page.date = post.date or page.date
        page.updated_at = post.updated_at
        page.excerpt = post.excerpt
        page.pinned = post.is_sticky
        page.featured = page.featured or post.is_featured
        page.go_live_at = page.date if post.visibility is Visibility.SCHEDULED else None
        page.hero_image = page.hero_image or post.hero_image
        page.hero_alt = page.hero_alt or post.hero_alt
        page.hero_caption = page.hero_caption or post.hero_caption
        for name, value in post.seo.items():
            # A base page need not have them.
            if hasattr(page, name):
                setattr(page, name, value)
        page.body = json.dumps([{**block, "id": str(uuid.uuid4())} for block in blocks])

    def _add_revision(self, page: Any) -> Revision:
        """What ``save_revision()`` does, without saving and indexing the page once more."""
        scheduled = page.go_live_at is not None
        revision = Revision.objects.create(
            content_object=page,
            base_content_type=page.get_base_content_type(),
            approved_go_live_at=page.go_live_at if scheduled else None,
            content=page.serializable_data(),
            object_str=str(page),
        )
        page.latest_revision = revision
        page.latest_revision_created_at = revision.created_at
        page.live_revision = revision if page.live else None
        get_page_model()._base_manager.filter(pk=page.pk).update(
            latest_revision=page.latest_revision,
            latest_revision_created_at=page.latest_revision_created_at,
            live_revision=page.live_revision,
        )
        return revision

    def _restrict(self, page: Any, post: SourcePost) -> None:
        """Keep a private or protected post from strangers. What an editor has set up stays."""
        if not (post.password or post.is_private) or page.view_restrictions.exists():
            return
        kind = PageViewRestriction.PASSWORD if post.password else PageViewRestriction.LOGIN
        restriction = PageViewRestriction(page=page, restriction_type=kind, password=post.password)
        restriction.save()

    def _free_slug(self, post: SourcePost) -> str:
        fallback = f"post-{post.post_id or len(self._taken) + 1}"
        text = post.slug or post.title
        if not getattr(settings, "WAGTAIL_ALLOW_UNICODE_SLUGS", True):
            text = cautious_slugify(text)
        return free_slug(
            text,
            self._is_taken,
            fallback=fallback,
            max_length=SLUG_MAX_LENGTH,
        )

    def _is_taken(self, slug: str) -> bool:
        # The database is asked as well, for an editor may be at work at the same time.
        return (
            is_reserved(slug)
            or slug in self._taken
            or self.blog.get_children().filter(slug=slug).exists()
        )
