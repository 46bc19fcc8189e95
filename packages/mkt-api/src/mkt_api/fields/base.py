"""The interface of a field, and what it may know of the request."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from django.db.models import Model, Prefetch
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ..types import JsonSchema

if TYPE_CHECKING:
    from ..query.selection import Inclusion, Term
    from ..registry import Registry

# What Django leaves as it is in a path.
_SAFE = "!$&'()*+,;=/~:@"

Json = Any
# A model instance with some columns deferred, or a tuple with the columns by name where that is
# enough; either carries the annotations of the fields as attributes.
Row = Any


class FieldError(Exception):
    """A field cannot be what its declaration says; becomes a system check message."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a field may use while an answer is made."""

    request: HttpRequest
    registry: Registry
    # Scheme and host of links, without a slash at the end.
    origin: str
    # Instance namespace under which the API's URLs are mounted.
    namespace: str
    # How rich text is shown; one of ``rich_text.FORMATS``.
    richtext: Any = "html"
    # What has been compiled for this answer only, by model.
    targets: dict[Any, Any] = field(default_factory=dict)

    def absolute(self, path: str) -> str:
        """``path`` as a full URL; what already is one stays as it is."""
        return path if "://" in path else self.origin + path

    def detail_urls(self, resource_name: str, pks: Iterable[object]) -> list[str]:
        """Full URLs of objects in this API."""
        pattern = reverse(f"{self.namespace}:{resource_name}-detail", args=["-"])
        # The key is the last part; to reverse an address takes much longer than to put one together.
        start, end = f"{self.origin}{pattern[:-2]}", pattern[-1:]
        return [f"{start}{quote(str(pk), safe=_SAFE)}{end}" for pk in pks]

    def detail_url(self, resource_name: str, pk: object) -> str:
        return self.detail_urls(resource_name, [pk])[0]


class Field:
    """One key of an item.

    A field works on the rows of a whole answer at once, so that the number of queries cannot
    depend on how many rows there are. Subclasses set ``columns`` to the model columns they read
    (None: all of them) once ``bind`` has shown them the model.
    """

    columns: Sequence[str] | None = ()
    # Whether rows must be instances of the model, not just its columns.
    needs_instance = False
    schema: JsonSchema = {}

    def __init__(self, name: str) -> None:
        self.name = name

    def bind(self, model: type[Model], registry: Registry) -> Self:
        """A copy that knows its model.

        Raises:
            FieldError: the model has nothing that fits the declaration.
        """
        bound = copy.copy(self)
        bound.prepare(model, registry)
        return bound

    def prepare(self, model: type[Model], registry: Registry) -> None:
        """Look the model up, once, when the plan is compiled. No query."""

    def names(self) -> list[str]:
        """Attribute names this field shows, for the check of sensitive names."""
        return [self.name]

    def annotations(self) -> Mapping[str, Combinable]:
        """Expressions the query of the rows shall carry under these attribute names."""
        return {}

    def prefetches(self) -> Sequence[str | Prefetch]:
        """Lookups for ``prefetch_related`` on the rows."""
        return ()

    def narrowed(self, terms: Sequence[Term]) -> Self:
        """A copy that shows only these parts of a related object.

        Raises:
            ValueError: with a sentence for the client.
        """
        raise ValueError(_("has no fields within “%(name)s”.") % {"name": self.name})

    def included(self, below: Inclusion) -> Field:
        """A copy that shows objects where this one shows keys, and objects within them as ``below`` says.

        Raises:
            ValueError: with a sentence for the client.
        """
        raise ValueError(_("has nothing to include in “%(name)s”.") % {"name": self.name})

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        """One value for each row, in order, in a number of queries that does not depend on the rows."""
        raise NotImplementedError
