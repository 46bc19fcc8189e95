"""A form field for many terms: it shows what is chosen and finds the rest while somebody types."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import NoReverseMatch, reverse
from wagtail.admin.panels import FieldPanel
from wagtail.admin.staticfiles import versioned_static

from ..post_models import post_models

URL_NAME = "mkt_blog_term_search"
FOUND_AT_MOST = 20


class TermPicker(forms.SelectMultiple):
    """Chosen terms with a button each to remove them, and a box that finds more (an ARIA combobox).

    However many terms there are, only the chosen ones are read: at most two queries.
    """

    template_name = "mkt_blog/admin/term_picker.html"
    locale_pk: Any = None

    @property
    def media(self) -> forms.Media:
        return forms.Media(js=[versioned_static("mkt_blog/admin/term-picker.js")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # Not that of Select, which would read every term.
        context = forms.Widget.get_context(self, name, value, attrs)
        context["widget"]["chosen"] = self.chosen(value)
        context["widget"]["search_url"] = self.search_url()
        return context

    def chosen(self, value: Any) -> list[dict[str, Any]]:
        """``{"id", "label"}`` of the terms of ``value``, in the order of the tree."""
        keys = [getattr(one, "pk", one) for one in value or []]
        valid = [key for key in keys if str(key).isdigit()]
        return described(self.queryset.filter(pk__in=valid)) if valid else []

    def search_url(self) -> str:
        options = self.queryset.model._meta
        try:
            url = reverse(URL_NAME, args=[options.app_label, options.model_name])
        except NoReverseMatch:
            return ""
        return f"{url}?locale={self.locale_pk}" if self.locale_pk else url

    @property
    def queryset(self) -> Any:
        choices: Any = self.choices
        return choices.queryset

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}-search" if id_ else id_


class TermsPanel(FieldPanel):
    """A ``FieldPanel`` for many terms, which offers those in the language of the page."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TermPicker)
        super().__init__(field_name, **kwargs)

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            widget = self.bound_field.field.widget if self.bound_field is not None else None
            if isinstance(widget, TermPicker):
                widget.locale_pk = getattr(self.instance, "locale_id", None)


def search_terms(request: HttpRequest, app_label: str, model_name: str) -> JsonResponse:
    """``{"items": [{"id", "label"}, ...]}``: categories whose name or address has ``?q=`` in it."""
    model = _category_models().get((app_label, model_name))
    if model is None:
        raise Http404("There are no such terms.")
    found = model._default_manager.order_by("path")
    locale = request.GET.get("locale", "")
    if locale.isdigit():
        found = found.filter(locale=locale)
    if query := request.GET.get("q", "").replace("\x00", "").strip():
        found = found.filter(name__icontains=query)
    return JsonResponse({"items": described(found[:FOUND_AT_MOST])})


def _category_models() -> dict[tuple[str, str | None], Any]:
    models = {post_model.get_category_model() for post_model in post_models()}
    return {(model._meta.app_label, model._meta.model_name): model for model in models}


def described(terms: Iterable[Any]) -> list[dict[str, Any]]:
    """Terms of a tree with the names of those above: "Food › Baking". Two queries at most."""
    terms = sorted(terms, key=lambda term: term.path)
    names = names_by_path(terms)
    return [{"id": term.pk, "label": full_name(term, names)} for term in terms]


def names_by_path(terms: list[Any]) -> dict[tuple[Any, str], str]:
    """Names of the terms and of all above them, by locale and path; a query if one has a parent."""
    names = {(term.locale_id, term.path): term.name for term in terms}
    above = {(term.locale_id, path) for term in terms for path in _paths_above(term.path)}
    if missing := above - names.keys():
        found = type(terms[0])._default_manager.filter(path__in={path for _locale, path in missing})
        for locale, path, name in found.values_list("locale_id", "path", "name"):
            names[locale, path] = name
    return names


def full_name(term: Any, names: dict[tuple[Any, str], str]) -> str:
    above = [names.get((term.locale_id, path), "") for path in _paths_above(term.path)]
    return " › ".join([*filter(None, above), term.name])


def _paths_above(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[:length]) for length in range(1, len(steps))]
