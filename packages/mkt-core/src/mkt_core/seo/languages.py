"""Languages in the words of search engines and social networks, and a page in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import to_locale

from .addresses import Addresses, has_own_addresses
from .fields import indexed

X_DEFAULT = "x-default"


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in a language: ``hreflang`` is like "de", "pt-BR" or "x-default"."""

    hreflang: str
    url: str
    language_code: str


def hreflang(language_code: str) -> str:
    """Django's "pt-br" and "zh-hans" as "pt-BR" and "zh-Hans" (RFC 5646, section 2.1.1)."""
    first, *rest = language_code.replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def og_locale(language_code: str, given: Mapping[str, str]) -> str:
    """Open Graph's "pt_BR". A language without a country stays as it is, unless ``given`` names one."""
    if language_code in given:
        return given[language_code]
    return to_locale(language_code)


def alternates(page: Any, addresses: Addresses) -> list[Alternate]:
    """The page in all languages that anybody may see, its own among them; empty if that is the only one.

    Aliases are left out, which are the same text in the same language, and so are pages that search engines shall not
    show. Two queries, none without ``WAGTAIL_I18N_ENABLED``.
    """
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return []
    translations = indexed(page.get_translations(inclusive=True).public()).filter(alias_of=None)
    found: dict[str, Alternate] = {}
    has_itself = False
    translations = translations.select_related("locale").order_by("locale__language_code")
    if not has_own_addresses(type(page)):
        translations = translations.only("url_path", "locale__language_code")
    for translation in translations:
        has_itself = has_itself or translation.pk == page.pk
        if url := addresses.full_url(translation):
            code = translation.locale.language_code
            found.setdefault(code, Alternate(hreflang(code), url, code))
    # A page that is not shown itself has no business in the group.
    return with_default(list(found.values())) if has_itself else []


def with_default(found: list[Alternate]) -> list[Alternate]:
    """``found`` and "x-default", which is the site's main language; nothing if there is only one language."""
    if len(found) < 2:
        return []
    main = settings.LANGUAGE_CODE.lower()
    for code in (main, main.partition("-")[0]):
        for alternate in found:
            if alternate.language_code.lower() == code:
                return [*found, Alternate(X_DEFAULT, alternate.url, alternate.language_code)]
    return found


def _subtag(text: str) -> str:
    return text.title() if len(text) == 4 else text.upper()
