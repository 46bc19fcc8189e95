"""What is done with several terms at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.functional import cached_property, classproperty
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from ..models import Term
from .merging import Merge, merge_terms
from .relations import relations, tag_models

# More are not looked through by anybody.
MERGED_AT_MOST = 100


class MergeForm(forms.Form):
    """Which of the chosen terms stays."""

    kept: Any = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Keep"),
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, terms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].queryset = terms  # type: ignore[attr-defined]


class MergeAction(BulkAction):
    """Merge terms: for those who may change and delete all of them."""

    display_name = gettext_lazy("Merge")
    action_type = "merge"
    aria_label = gettext_lazy("Merge selected items into one")
    template_name = "mkt_blog/admin/confirm_merge.html"
    action_priority = 20
    form_class = MergeForm
    merge: Merge

    def policy(self) -> Any:
        # A bulk action's own attribute is new in Wagtail 8.
        return self.model.snippet_viewset.permission_policy

    def check_perm(self, term: Any) -> bool:
        policy = self.policy()
        return all(
            policy.user_has_permission_for_instance(self.request.user, action, term)
            for action in ("change", "delete")
        )

    @cached_property
    def chosen(self) -> list[Any]:
        found: list[Any] = self.get_actionable_objects()[0]
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        keys = [term.pk for term in self.chosen[:MERGED_AT_MOST]]
        terms = self.model._default_manager.filter(pk__in=keys)
        return {**super().get_form_kwargs(), "terms": terms}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = len(self.chosen)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "can_merge": 2 <= number <= MERGED_AT_MOST,
            "merged_at_most": MERGED_AT_MOST,
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
            invalid: HttpResponse = self.form_invalid(form)
            return invalid
        return response

    def get_execution_context(self) -> dict[str, Any]:
        kept = self.cleaned_form.cleaned_data["kept"]
        return {
            **super().get_execution_context(),
            "kept": kept,
            "user": self.request.user,
            "self": self,
        }

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> tuple[int, int]:
        if not 2 <= len(objects) <= MERGED_AT_MOST:
            raise ValidationError(_("Choose at least two, and not too many."))
        action = kwargs["self"]
        action.merge = merge_terms(kwargs["kept"], objects, user=kwargs["user"])
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        posts = self.merge.number_of_posts
        told = ngettext(
            "%(count)d post was moved to “%(kept)s”.",
            "%(count)d posts were moved to “%(kept)s”.",
            posts,
        )
        kept = self.cleaned_form.cleaned_data["kept"]
        name = capfirst(str(self.model._meta.verbose_name_plural))
        return f"{name}: {told % {'count': posts, 'kept': kept}}"


class MergeBulkAction(MergeAction, SnippetBulkAction):
    """Categories, authors and series."""

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        return [m for m in get_snippet_models() if issubclass(m, Term) and relations(m)]


class MergeTagsBulkAction(MergeAction):
    """Tags, which are no snippets."""

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805
        return tag_models()

    def policy(self) -> Any:
        return ModelPermissionPolicy(self.model)

    def object_context(self, tag: Any) -> dict[str, Any]:
        return {"item": tag, "edit_url": AdminURLFinder(self.request.user).get_edit_url(tag)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "header_icon": "tag"}
