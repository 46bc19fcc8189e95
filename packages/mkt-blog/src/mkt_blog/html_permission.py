"""Who may write HTML.

An HTML block can hold frames of other sites and any markup, so it is for those who have the permission
``mkt_blog.use_html``. Everybody else keeps the HTML that is in a post, can move it and can remove it; adding or
changing one is refused by the form itself, however the request was made.
"""

from collections import Counter
from contextlib import suppress
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import BlockField
from wagtail.blocks.stream_block import StreamBlockValidationError

from .html import clean_html
from .leaves import body_leaves, leaves

CODENAME = "use_html"
PERMISSION = f"mkt_blog.{CODENAME}"
NAME = "Can use HTML in posts"


class BodyFormField(BlockField):
    """The body in a form that knows its user."""

    _form: Any = None

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        self._form, self._name = form, field_name
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        user = getattr(self._form, "for_user", None)
        if user is not None and not user.has_perm(PERMISSION):
            refuse_new_html(getattr(self._form.instance, self._name, None), cleaned)
        return cleaned


def refuse_new_html(before: Any, after: Any) -> None:
    """Raise StreamBlockValidationError at each block of ``after`` with HTML that is not in ``before``."""
    allowed = Counter(_html_of(body_leaves(before)))
    errors: dict[int, Exception] = {}
    for position, child in enumerate(after):
        for html in _html_of(leaves(child.block, child.value)):
            allowed[html] -= 1
            if allowed[html] < 0:
                errors[position] = ValidationError(
                    _("You may not add or change HTML. Ask for the permission “%(name)s”.")
                    % {"name": _("Can use HTML in posts")},
                    code="permission",
                )
    if errors:
        raise StreamBlockValidationError(block_errors=errors)


def _html_of(found: Any) -> list[str]:
    from .blocks import CleanHTMLBlock

    return [
        _canonical(str(value or "")) for block, value in found if isinstance(block, CleanHTMLBlock)
    ]


def _canonical(html: str) -> str:
    """As it is once it has been stored; browsers send other ends of lines."""
    with suppress(ImproperlyConfigured):
        html = clean_html(html)
    return html.replace("\r\n", "\n").strip()


def create_permission(
    app_config: Any, using: str = "default", apps: Any = None, **kwargs: Any
) -> None:
    """Make the permission after ``migrate``; it belongs to the app and to no table, so it stands with categories."""
    from django.apps import apps as installed
    from django.db import router

    try:
        permissions, types, _category = (
            (apps or installed).get_model(name)
            for name in ("auth.Permission", "contenttypes.ContentType", "mkt_blog.Category")
        )
    except LookupError:
        return
    if not router.allow_migrate_model(using, permissions):
        return
    content_type, _made = types.objects.using(using).get_or_create(
        app_label="mkt_blog", model="category"
    )
    permissions.objects.using(using).get_or_create(
        content_type=content_type, codename=CODENAME, defaults={"name": NAME}
    )


def registered_permissions() -> Any:
    """For Wagtail's form of a group."""
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(content_type__app_label="mkt_blog", codename=CODENAME)
