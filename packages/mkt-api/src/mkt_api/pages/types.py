"""Which page types the API shows."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from mkt_core.compat import get_page_base, get_page_model

from ..conf import api_settings
from ..fields.pages import type_name
from ..problems import MAX_ECHO, with_nearest
from ..types import JsonSchema, ValueType


def page_types() -> dict[str, type[Model]]:
    """Name -> page class, of all that the settings ``TYPES`` and ``EXCLUDE`` leave."""
    conf = api_settings.current
    wanted = {name.lower() for name in conf.TYPES}
    unwanted = {name.lower() for name in conf.EXCLUDE}
    return {
        name: model
        for name, model in every_page_type().items()
        if (not wanted or name.lower() in wanted) and name.lower() not in unwanted
    }


def every_page_type() -> dict[str, type[Model]]:
    """Name -> page class, of all that the site has."""
    base, root = get_page_base(), get_page_model()
    models = [m for m in apps.get_models() if issubclass(m, base) and not m._meta.proxy]
    # The plain page comes first: some sites have pages of no other type.
    models.sort(key=lambda model: (model is not root, model._meta.label))
    return {type_name(model): model for model in models}


def is_narrowed() -> bool:
    """Whether the settings leave any type out."""
    return bool(api_settings.current.TYPES or api_settings.current.EXCLUDE)


class PageTypeValue(ValueType):
    """The name of a page type, as ``type`` shows it."""

    ordered = False

    @property
    def schema(self) -> JsonSchema:  # type: ignore[override]
        return {"type": "string", "enum": list(page_types())}

    def parse(self, text: str) -> type[Model]:
        types = page_types()
        if text not in types:
            sentence = _("cannot be “%(name)s”.") % {"name": text[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, text, types))
        return types[text]
