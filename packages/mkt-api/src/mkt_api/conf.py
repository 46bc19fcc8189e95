"""The ``MKT_API`` setting."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mkt_core.conf import AppSettings

from ._settings.access import AccessSettings
from ._settings.previews import PreviewSettings
from ._settings.webhooks import WebhookSettings


@dataclass(frozen=True, kw_only=True)
class ApiSettings(AccessSettings, PreviewSettings, WebhookSettings):
    """Values accepted in the ``MKT_API`` setting."""

    # Items on one page of a list when the client names no ``limit``.
    PAGE_SIZE: int = 20
    # The largest ``limit`` a client may ask for.
    MAX_PAGE_SIZE: int = 100
    # How long a client or shared cache may reuse an answer without asking again, in seconds.
    CACHE_SECONDS: int = 0
    # Sets of renditions that are shown of every image: name -> one or more of Wagtail's filter specifications, as in
    # {"card": ("fill-400x300", "fill-800x600")}.
    RENDITIONS: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    # Whether answers are kept in the cache ``MKT_CORE["CACHE_ALIAS"]`` until what they are made of changes; None: if
    # that cache is shared by all processes of the site.
    CACHE_ANSWERS: bool | None = None
    # Page types that ``pages/`` shows, as "app_label.Model"; empty means all.
    TYPES: tuple[str, ...] = ()
    # Page types that it does not show.
    EXCLUDE: tuple[str, ...] = ()
    # Site settings that everybody may read: "app_label.Model" -> the names of the fields that are shown.
    SETTINGS: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # How long changes are remembered for clients that keep a copy, in days.
    SYNC_DAYS: int = 30
    # Origin used in links, such as "https://www.example.com"; empty means the request's own.
    BASE_URL: str = ""
    # Title of the OpenAPI document; empty means ``WAGTAIL_SITE_NAME``.
    TITLE: str = ""
    # Whether ``openapi.json`` and ``docs/`` are served.
    DOCS: bool = True


api_settings: AppSettings[ApiSettings] = AppSettings("MKT_API", ApiSettings)
