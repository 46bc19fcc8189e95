"""Background tasks: of Django, of the backport that Wagtail uses, and of Celery."""
