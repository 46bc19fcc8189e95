"""The time that a dashboard is about, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ..days import today

DEFAULT_DAYS = 28
#: A chart of more days would have no room for them, and the tables keep no more than what is asked for.
LONGEST_DAYS = 731


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the first and the last one included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """As many days, right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __iter__(self) -> Any:
        return (self.first + timedelta(days=n) for n in range(self.days))


def last_days(number: int) -> Period:
    """Today and the days before it, in the time zone of the site."""
    last = today()
    return Period(last - timedelta(days=number - 1), last)


class PeriodForm(forms.Form):
    """Which days, and which site. What is left out means the last four weeks and all sites."""

    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("All sites")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("hostname")  # type: ignore[attr-defined]
        default = last_days(DEFAULT_DAYS)
        for name in ("first", "last"):
            # HTML's own format, whatever the language.
            self.fields[name].widget.format = "%Y-%m-%d"
            self.fields[name].initial = getattr(default, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        default = last_days(DEFAULT_DAYS)
        last = cleaned.get("last") or default.last
        first = cleaned.get("first") or min(last, last - timedelta(days=DEFAULT_DAYS - 1))
        if first > last:
            raise ValidationError(_("The first day is after the last one."))
        if (last - first).days >= LONGEST_DAYS:
            raise ValidationError(_("Choose two years at most."))
        if first.year < 2000:
            raise ValidationError(_("There is nothing from before the year 2000."))
        cleaned["period"] = Period(first, last)
        return cleaned
