"""A post that was copied to be translated points to terms of its new language."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from .models import PostBase


def translate_terms(sender: type, target_obj: Any, **kwargs: Any) -> None:
    """Receiver of Wagtail's ``copy_for_translation_done``.

    Categories, the series and related posts are replaced by their translations, and left out where there is none: their
    addresses exist in their own language only. Authors without a profile in the language get a copy of theirs, since
    a name is the same everywhere. A few queries for each term.
    """
    post = getattr(target_obj, "specific", None)
    # An alias shows what its source shows.
    if not isinstance(post, PostBase) or getattr(post, "alias_of_id", None):
        return
    page: Any = post
    locale = page.locale
    page.categories = _known(page.category_list, locale)
    page.primary_category = _translation(page.primary_category, locale)
    page.series = _translation(page.series, locale)
    page.set_authors([_author(author, locale) for author in page.authors])
    page.related_links.set(_links(page.related_links.all(), locale))
    page.save(clean=False)
    page.save_revision(clean=False)


def _links(links: Any, locale: Any) -> list[Any]:
    kept = []
    for link in links:
        if related := _translation(link.related_post, locale):
            link.related_post = related
            kept.append(link)
    return kept


def _known(terms: Any, locale: Any) -> list[Any]:
    return [found for term in terms if (found := _translation(term, locale))]


def _translation(one: Any, locale: Any) -> Any:
    if one is None or one.locale_id == locale.pk:
        return one
    try:
        return one.get_translation(locale)
    except ObjectDoesNotExist:
        return None


def _author(author: Any, locale: Any) -> Any:
    if found := _translation(author, locale):
        return found
    copy = author.copy_for_translation(locale)
    copy.save()
    return copy
