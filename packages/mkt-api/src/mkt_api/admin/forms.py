"""Forms of rows that commands and code make as well."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm


class CheckedForm(WagtailAdminModelForm):
    """Refuses what the command line refuses: ``check_instance`` raises ``ValidationError``, by field."""

    check_instance: Any = None

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            self.check_instance(self.instance)
        except ValidationError as error:
            self.add_error(None, error)
