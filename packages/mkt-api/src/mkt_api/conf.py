"""The ``MKT_API`` setting."""

from dataclasses import dataclass

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
    # Origin used in links, such as "https://www.example.com"; empty means the request's own.
    BASE_URL: str = ""
    # Title of the OpenAPI document; empty means ``WAGTAIL_SITE_NAME``.
    TITLE: str = ""
    # Whether ``openapi.json`` and ``docs/`` are served.
    DOCS: bool = True


api_settings: AppSettings[ApiSettings] = AppSettings("MKT_API", ApiSettings)
