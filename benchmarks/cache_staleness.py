#!/usr/bin/env python3
"""Which changes visitors see at once, and how many pages are rendered again that have not changed.

    python benchmarks/cache_staleness.py

For each of nine changes an editor makes, a page that shows what is changed is asked for twice, so that it is stored.
Then the change is made as the admin makes it, and the next answer is compared with what an uncached site says: "fresh"
if status, target and body are the same. "Stale" means so until the time of the entry is over.

Then a new title is published, and 30 stored pages that are the same afterwards are asked for: posts of another blog,
and posts of the same blog that show nothing of it. Peers render none of them again because they purge nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from cache_content import add_probe, built_site
from cache_setup import configure, own_redis, say_goal, say_versions
from cache_variants import OURS, UNCACHED, Answer, Variant, peers

UNRELATED = 30
INDEX, FRONT_PAGE, OTHER_POST = "/journal/", "/", "/journal/post-20/"


def retitle(page: Any) -> None:
    page.title += " edited"
    page.save_revision().publish()


def rename_author(post: Any) -> None:
    author = post.authors[0]
    author.name += " edited"
    author.save()


def notebook() -> Any:
    from mkt_blog.pages.models import BlogIndexPage

    return BlogIndexPage.objects.get(slug="notebook")


def restrict(post: Any) -> None:
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=post, restriction_type=PageViewRestriction.LOGIN)


#: What is changed, the address that is looked at ("" for the post's own), and how, given a post.
PROBES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "publish: the page itself": ("", retitle),
    "publish: the index": (INDEX, retitle),
    "publish: a list elsewhere": (FRONT_PAGE, retitle),
    "unpublish": ("", lambda post: post.unpublish()),
    "move: the old address": ("", lambda post: post.move(notebook(), "last-child")),
    "delete": ("", lambda post: post.delete()),
    "snippet: a page that shows it": ("", rename_author),
    "menu title: any page": (OTHER_POST, lambda post: retitle(notebook())),
    "made private": ("", restrict),
}


def content_of(answer: Answer) -> tuple[Any, ...]:
    return answer.status, answer.headers.get("Location"), answer.body


def store(variant: Variant, path: str) -> None:
    variant.call(path)
    answer = variant.call(path)
    assert answer.is_stored, (variant.name, path, answer.headers)


def probe(variant: Variant, uncached: Variant, name: str) -> bool:
    """Whether the change is seen."""
    path, change = PROBES[name]
    post = add_probe()
    path = path or post.get_url()
    store(variant, path)
    before = content_of(uncached.call(path))
    change(post)
    after = content_of(uncached.call(path))
    assert after != before, f"{name} changes nothing"
    return content_of(variant.call(path)) == after


def count_needless(variant: Variant, uncached: Variant, slug: str) -> int:
    """Of 30 posts of a blog that look the same after a new title of one in the journal, those rendered again."""
    from mkt_blog.pages.models import PostPage

    post = PostPage.objects.get(url_path__endswith=OTHER_POST)
    posts = PostPage.objects.live().filter(url_path__contains=f"/{slug}/post-").exclude(pk=post.pk)
    paths = [found.get_url() for found in posts]
    for path in paths:
        store(variant, path)
    before = {path: content_of(uncached.call(path)) for path in paths}
    retitle(post)
    same = [path for path in paths if content_of(uncached.call(path)) == before[path]]
    assert len(same) >= UNRELATED, f"only {len(same)} pages are the same"
    answers = {path: variant.call(path) for path in same[:UNRELATED]}
    assert all(content_of(answer) == before[path] for path, answer in answers.items())
    return sum(not answer.is_stored for answer in answers.values())


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    with own_redis() as url:
        configure(url)
        say_versions()
        with built_site():
            uncached = Variant("uncached", UNCACHED)
            with uncached.in_force():
                uncached.call(INDEX)
            variants = [*peers(), Variant("MKT, Redis", OURS, MKT_CORE={"CACHE_ALIAS": "redis"})]
            print(f"{'':38}{'fresh':>8}   rendered again of {UNRELATED} that are the same")
            print(f"{'':49}{'another blog':>14}{'same blog':>12}")
            for variant in variants:
                measure(variant, uncached)


def measure(variant: Variant, uncached: Variant) -> None:
    with variant.in_force():
        seen = {name: probe(variant, uncached, name) for name in PROBES}
        elsewhere = count_needless(variant, uncached, "notebook")
        nearby = count_needless(variant, uncached, "journal")
    fresh = f"{sum(seen.values())} of {len(seen)}"
    print(f"{variant.name:38}{fresh:>8}{elsewhere:17}{nearby:12}")
    for name, is_fresh in seen.items():
        print(f"    {name:34}{'fresh' if is_fresh else 'stale':>8}")
    if variant.is_ours:
        say_goal(f"{fresh} changes seen at once", is_reached=all(seen.values()))
        needless = elsewhere + nearby
        say_goal(f"{needless} pages rendered again needlessly, none", is_reached=not needless)


if __name__ == "__main__":
    main()
