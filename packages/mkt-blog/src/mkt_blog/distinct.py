"""Rows of a post, such as its authors, each of which may point to a thing once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel


class DistinctFormSet(BaseChildFormSet):
    """Refuses a row that points to what another row points to, to the post itself, or to one of another blog."""

    distinct_field = ""

    def clean(self, *args: Any, **kwargs: Any) -> Any:
        result = super().clean(*args, **kwargs)
        seen: set[Any] = set()
        for form in self.forms:
            chosen = getattr(form, "cleaned_data", {}).get(self.distinct_field)
            if chosen is None or form in self.deleted_forms:
                continue
            if problem := self._problem(chosen, seen):
                form.add_error(self.distinct_field, problem)
                # Wagtail's page form asks whether the set is valid, and that looks at both.
                raise ValidationError(problem)
            seen.add(chosen.pk)
        return result

    def _problem(self, chosen: Any, seen: set[Any]) -> str:
        if chosen.pk in seen:
            return _("“%(name)s” is listed twice.") % {"name": chosen}
        if self.instance.pk is None or not isinstance(chosen, type(self.instance)):
            return ""
        if chosen.pk == self.instance.pk:
            return _("A post cannot point to itself.")
        if _place(chosen) != _place(self.instance):
            # Readers would not see it: what stands beside a post is of its own blog.
            return _("“%(name)s” is a post of another blog.") % {"name": chosen}
        return ""


def _place(post: Any) -> str:
    """Where in the tree the blog of a post stands."""
    return str(post.path[: -post.steplen])


class DistinctInlinePanel(InlinePanel):
    """``DistinctInlinePanel("author_links", distinct_field="author")``: no author twice."""

    def __init__(self, *args: Any, distinct_field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.distinct_field = distinct_field

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().clone_kwargs()
        return kwargs | {"distinct_field": self.distinct_field}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        formset = type(
            "DistinctFormSet", (DistinctFormSet,), {"distinct_field": self.distinct_field}
        )
        options["formsets"][self.relation_name]["formset"] = formset
        return options
