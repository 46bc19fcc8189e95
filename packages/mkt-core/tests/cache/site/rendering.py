"""What the site's templates would do, written down as text."""

from django.db.models import Count
from django.http import Http404
from django.test import RequestFactory
from wagtail.models import Site

from .models import Branding, IndexPage, PostPage, Topic


def render(path, host="localhost"):
    """The page at ``path`` as an anonymous visitor sees it."""
    request = RequestFactory().get(path, headers={"host": host})
    site = Site.find_for_request(request)
    if site is None:
        return "no site"
    try:
        root = site.root_page.localized.specific
        page, _, _ = root.route(request, [part for part in path.split("/") if part])
    except Http404:
        return "404"
    page = page.specific
    if page.get_view_restrictions().exists():
        return "private"
    parts = [
        _header(request, site, root),
        " > ".join(f"{p.title}{'' if p.is_leaf() else '+'}" for p in page.get_ancestors().live()),
        page.title,
        str(page.get_url(request)),
    ]
    if isinstance(page, IndexPage):
        parts += [page.intro, *_listing(page, request), *_topics()]
    elif isinstance(page, PostPage):
        parts += _post(page)
    return "\n".join(parts)


def _header(request, site, root):
    menu = [f"{p.title}={p.get_url(request)}" for p in root.get_children().live().in_menu()]
    return f"{site.site_name} {Branding.for_request(request).tagline} {menu}"


def _listing(page, request):
    posts = (
        PostPage.objects.child_of(page)
        .live()
        .public()
        .order_by("-date", "pk")
        .select_related("topic", "hero")
        .prefetch_related("topics")
    )
    return [
        f"{post.title} {post.get_url(request)} {post.topic and post.topic.name} {_image(post)}"
        f" {sorted(topic.name for topic in post.topics.all())}"
        for post in posts[:3]
    ]


def _topics():
    counted = Topic.objects.annotate(n=Count("postpage")).order_by("slug")
    return [f"{name}: {n}" for name, n in counted.values_list("name", "n")]


def _post(page):
    return [
        page.body,
        str(page.topic and page.topic.name),
        ", ".join(sorted(page.topics.values_list("name", flat=True))),
        _image(page),
        f"{page.owner_id}",
    ]


def _image(post):
    return "" if post.hero is None else post.hero.get_rendition("width-4").url
