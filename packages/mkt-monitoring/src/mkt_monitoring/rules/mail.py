"""Who gets mail, and by which server: what the site's own settings say, unless ``RULES`` say otherwise."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from .options import RuleOptions


@dataclass(frozen=True)
class MailServer:
    """``address`` is ``host:port``."""

    address: str
    use_tls: bool


def recipients(options: RuleOptions) -> list[str]:
    """The addresses that mail goes to; ``ADMINS`` are pairs or, from Django 6 on, strings."""
    admins = [admin if isinstance(admin, str) else admin[1] for admin in settings.ADMINS]
    return list(options.EMAIL_TO) or [parseaddr(admin)[1] for admin in admins]


def mail_server(options: RuleOptions) -> MailServer:
    """The server of ``SMARTHOST``, else that of ``MAILERS["default"]`` (Django 6.1), else that of ``EMAIL_HOST``."""
    site = _site_server()
    return MailServer(options.SMARTHOST, site.use_tls) if options.SMARTHOST else site


def _site_server() -> MailServer:
    mailers = getattr(settings, "MAILERS", None)
    if mailers is not None:
        given = mailers.get("default", {}).get("OPTIONS", {})
        address = f"{given.get('host', 'localhost')}:{given.get('port', 25)}"
        return MailServer(address, bool(given.get("use_tls", False)))
    with warnings.catch_warnings():
        # Django 6.1 warns of the old names, which a site may have still.
        warnings.simplefilter("ignore")
        return MailServer(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", settings.EMAIL_USE_TLS)
