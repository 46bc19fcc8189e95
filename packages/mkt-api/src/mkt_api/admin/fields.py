"""Fields of forms for what a row keeps as a list."""

from __future__ import annotations

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """One entry on each line; gives a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class ChoicesField(forms.MultipleChoiceField):
    """Boxes to tick; gives a list of the keys, made of ``coerce`` (str by default)."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, coerce: Any = str, **kwargs: Any) -> None:
        self.coerce = coerce
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        return [self.coerce(key) for key in super().clean(value)]
