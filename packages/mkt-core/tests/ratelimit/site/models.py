"""A page with a form that may be sent twice an hour."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField

from mkt_core.ratelimit import Rule
from mkt_core.ratelimit.forms import RateLimitedFormMixin


class ContactField(AbstractFormField):
    page = ParentalKey("ContactPage", on_delete=models.CASCADE, related_name="form_fields")


class ContactPage(RateLimitedFormMixin, AbstractForm):
    submission_rule = Rule("contact", limit=2, period_seconds=3600)
    template = "ratelimit_site/contact.html"
    landing_page_template = "ratelimit_site/thanks.html"
