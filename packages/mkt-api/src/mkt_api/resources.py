"""Declare what of an app the API shows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .deprecation import Deprecated
from .registry import register
from .visibility import visible

if TYPE_CHECKING:
    from .fields import Field
    from .query.filters import Filter

__all__ = ["Deprecated", "Resource", "register"]


class Resource:
    """A collection of objects of one model. The docstring becomes the description in OpenAPI.

    An instance answers one request, which it knows as ``self.request``.
    """

    # Where it is found: ``/<name>/`` and ``/<name>/<primary key>/``.
    name: ClassVar[str]
    model: ClassVar[type[Model]]
    # Keys of an item: columns, properties, ``url``, ``detail_url`` or ``Field`` objects.
    # A relation named here is shown as the primary key(s) of what it leads to.
    fields: ClassVar[Sequence[str | Field]] = ("id",)
    # Relations that are shown as objects.
    expand: ClassVar[Sequence[str | Field]] = ()
    # Keys that a list leaves out unless the client asks for them.
    detail_only: ClassVar[Sequence[str]] = ()
    # Field -> lookups, as in {"date": ["exact", "gte"], "categories": ["slug"]}, or name -> Filter.
    filters: ClassVar[Mapping[str, Sequence[str] | Filter]] = {}
    # Columns a client may sort by, in either direction; the first one, as written, is the default.
    order: ClassVar[Sequence[str]] = ()

    # That the whole list is deprecated, and which of its fields are (name -> since and until when).
    deprecated: ClassVar[Deprecated | None] = None
    deprecated_fields: ClassVar[Mapping[str, Deprecated]] = {}

    # Columns with moments at which an object begins to be seen (or ends): ``sync/`` looks whether one has passed.
    due: ClassVar[Sequence[str]] = ()
    # Whether whatever leads here from an object that may be seen leads to one that may be seen, too.
    open_to_relations: ClassVar[bool] = False

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_queryset(self) -> QuerySet[Any]:
        """The objects that the client may see: nothing else is listed, counted or found.

        By default the live pages of the request's site that have no view restriction, images and
        documents of collections that have none, or every object of any other model.
        """
        return visible(self.model._default_manager.all(), self.request)

    @classmethod
    def has_own_visibility(cls) -> bool:
        """Whether it shows less (or more) than ``visibility.visible`` would."""
        return cls.get_queryset is not Resource.get_queryset

    @classmethod
    def description(cls) -> str:
        """The resource's own docstring."""
        return inspect.cleandoc(cls.__doc__ or "") if cls.__doc__ != Resource.__doc__ else ""
