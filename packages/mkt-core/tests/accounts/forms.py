from django import forms
from wagtail.admin.forms.auth import LoginForm


class BadgeForm(LoginForm):
    badge = forms.CharField()
