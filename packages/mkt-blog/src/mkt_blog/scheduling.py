"""Whether what editors have scheduled really happens.

Wagtail publishes and expires scheduled pages only when something runs ``manage.py publish_scheduled``; nothing
tells an editor that it does not.
"""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Revision

from mkt_core.compat import get_page_model
from mkt_core.health import Degraded

from .conf import blog_settings

HEALTH_CHECK = "mkt_blog.scheduling"
CACHE_KEY = "mkt_blog:overdue_posts"
CACHED_SECONDS = 60


def overdue_posts() -> int:
    """Posts that should have gone live or expired ``SCHEDULE_GRACE_MINUTES`` ago and have not; one query."""
    from .admin.editorial import content_types

    due = timezone.now() - timedelta(minutes=blog_settings.current.SCHEDULE_GRACE_MINUTES)
    types = content_types()
    late = Revision.objects.filter(content_type__in=types, approved_go_live_at__lt=due)
    # Revisions hold keys of anything, as texts.
    posts = get_page_model()._default_manager.filter(content_type__in=types)
    posts = posts.annotate(key=Cast("pk", CharField()))
    return posts.filter(
        Q(live=True, expire_at__lt=due) | Q(key__in=late.values("object_id"))
    ).count()


def recently_overdue_posts() -> int:
    """The same, as it was up to a minute ago; at most one query."""
    return int(cache.get_or_set(CACHE_KEY, overdue_posts, CACHED_SECONDS) or 0)


def check_scheduling() -> None:
    """Health check: pages can be served, but the schedule is not kept.

    Raises:
        Degraded: a post is overdue.
    """
    if number := overdue_posts():
        raise Degraded(f"publish_scheduled has not run: {number} posts are overdue")
