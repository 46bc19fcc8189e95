"""The site's own user, in an app of its own: Wagtail's first migrations already depend on it."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    department = models.CharField(max_length=100, blank=True)
