"""What can be purged by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminPageChooser

from ...compat import get_page_model
from .. import services


class PurgePageForm(forms.Form):
    """One page, wherever it is shown."""

    page: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        label=_("Page"),
        help_text=_("Its own address, and every listing and menu that shows it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["page"]
        field.queryset = get_page_model().objects.all()  # type: ignore[attr-defined]
        field.widget = AdminPageChooser()

    def purge(self, user: Any) -> str:
        """Purge; what was done, for the user."""
        page = self.cleaned_data["page"]
        services.purge_page(page, user=user)
        return _("Responses that show “%(page)s” are rendered anew.") % {"page": page}


class PurgeTagsForm(forms.Form):
    """Whatever is made of some tags."""

    tags = forms.CharField(
        label=_("Tags"),
        max_length=2000,
        help_text=_("As code and the tag header name them, such as “page:7”; blanks between them."),
    )

    def clean_tags(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data["tags"].split()))

    def purge(self, user: Any) -> str:
        """Purge; what was done, for the user."""
        tags = self.cleaned_data["tags"]
        services.purge_tags(tags, user=user)
        return _("Responses made of %(tags)s are rendered anew.") % {"tags": ", ".join(tags)}


class PurgeEverythingForm(forms.Form):
    """All there is."""

    def purge(self, user: Any) -> str:
        """Purge; what was done, for the user."""
        services.purge_everything(user=user)
        return str(_("All responses are rendered anew."))
