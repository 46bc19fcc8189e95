"""A minimal Wagtail site with one of the packages, for a Python that has nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

# What each README says to add to a site: apps next to the package's own, and middleware in front.
NEEDS = {
    "mkt_core": [],
    "mkt_blog": ["mkt_core", "mkt_blog.pages"],
    "mkt_monitoring": ["mkt_core"],
    "mkt_api": ["mkt_core", "rest_framework", "drf_spectacular", "drf_spectacular_sidecar"],
}
MIDDLEWARE = {"mkt_monitoring": ["mkt_monitoring.middleware.RequestMetricsMiddleware"]}
# Modules that exist for another package and are imported by that package only.
SEAMS = {
    "mkt_api_resources": "mkt_api",
    "mkt_metrics": "mkt_monitoring",
    "django_health_check": "health_check",
}

SETTINGS = """
SECRET_KEY = "only-for-this-check"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}}}
INSTALLED_APPS = {apps!r} + [
    "wagtail.contrib.redirects", "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.snippets",
    "wagtail.documents", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail",
    "modelcluster", "taggit", "django_filters",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles",
]
MIDDLEWARE = {middleware!r} + [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "site_urls"
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "DIRS": ["."],
    "OPTIONS": {{"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]}},
}}]
STATIC_URL = "/static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
WAGTAIL_SITE_NAME = "Alone"
WAGTAILADMIN_BASE_URL = "http://localhost"
"""

BASE_TEMPLATE = """
<!doctype html><title>{% block title %}{% endblock %}</title>
{% block extra_css %}{% endblock %}{% block content %}{% endblock %}{% block extra_js %}{% endblock %}
"""

URLS = """
from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [path("admin/", include("wagtail.admin.urls"))]
if find_spec("{module}.urls"):
    urlpatterns.append(path("own/", include("{module}.urls")))
urlpatterns.append(path("", include("wagtail.urls")))
"""

# Runs inside the fresh environment.
CHECK = """
import importlib, importlib.metadata, importlib.util, pkgutil, re, sys
import django
from django.core.management import call_command

django.setup()
seams = {seams!r}
distribution = importlib.metadata.packages_distributions()["{module}"][0]
declared = importlib.metadata.requires(distribution) or []
# Without its extras a module may still say that it needs one.
extras = {{re.split("[^A-Za-z0-9_]", line)[0] for line in declared if "extra ==" in line}}
package = importlib.import_module("{module}")
names = [found.name for found in pkgutil.walk_packages(package.__path__, "{module}.")]
for name in names:
    other = seams.get(name.rpartition(".")[2])
    if other and not importlib.util.find_spec(other):
        continue
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in extras:
            raise
foreign = sorted(set(sys.modules) & {foreign!r})
if foreign:
    sys.exit("imported siblings that {module} does not declare: " + ", ".join(foreign))
call_command("migrate", verbosity=0)
call_command("check", databases=["default"], fail_level="WARNING")
print(distribution, "alone:", len(names), "modules import, migrate and check pass")
"""


def check_site(python: Path, folder: Path, module: str) -> None:
    """Import every module of ``module``, then run ``migrate`` and ``check`` on a new site in ``folder``.

    Raises:
        subprocess.CalledProcessError: a step failed; its output has been shown.
    """
    apps, middleware = [module, *NEEDS[module]], MIDDLEWARE.get(module, [])
    foreign = {"mkt_blog", "mkt_monitoring", "mkt_api"} - {module}
    values = {
        "module": module,
        "foreign": foreign,
        "seams": SEAMS,
    }
    (folder / "site_settings.py").write_text(SETTINGS.format(apps=apps, middleware=middleware))
    (folder / "base.html").write_text(BASE_TEMPLATE)
    (folder / "site_urls.py").write_text(URLS.format(**values))
    (folder / "check.py").write_text(CHECK.format(**values))
    environ = {"PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "site_settings"}
    command = [str(python), "-W", "error", "check.py"]
    subprocess.run(command, cwd=folder, env=environ, check=True)
