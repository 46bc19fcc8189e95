"""A term that something depends on is not deleted, and the editor is told what to do."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from ..models import Term

NAMED_AT_MOST = 3


def refuse_deletion(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """Hook ``before_delete_snippet``: back to the listing with a message where a foreign key would be violated."""
    terms = [term for term in instances if isinstance(term, Term)]
    for term in terms:
        if users := depending_on(term):
            messages.error(request, _message(term, users))
            return redirect(type(term).snippet_viewset.get_url_name("list"))
    return None


def depending_on(term: Any) -> list[Any]:
    """What forbids to delete a term: posts of an author, subcategories of a category; as Django itself finds it."""
    try:
        Collector(using=router.db_for_write(type(term)), origin=term).collect([term])
    except ProtectedError as error:
        found: Any = error.protected_objects
    except RestrictedError as error:
        found = error.restricted_objects
    else:
        return []
    # A link of a post says nothing to an editor, the post does.
    return list(dict.fromkeys(getattr(one, "post", one) for one in found))


def _message(term: Any, users: list[Any]) -> str:
    names = ", ".join(_("“%(name)s”") % {"name": one} for one in islice(users, NAMED_AT_MOST))
    others = len(users) - NAMED_AT_MOST
    if others > 0:
        more = ngettext("and %(count)d more", "and %(count)d more", others) % {"count": others}
        names = f"{names} {more}"
    return _(
        "“%(term)s” cannot be deleted: %(names)s would be left without it. "
        "Change that first, or merge “%(term)s” with another one."
    ) % {"term": term, "names": names}
