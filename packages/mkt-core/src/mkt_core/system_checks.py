"""Which system checks there are, and when Django runs them."""

from __future__ import annotations

from django.core.checks import Tags, register

from . import checks
from .accounts.checks import check_accounts
from .cache.cdn.checks import check_cdn
from .cache.checks import check_backends, check_store
from .cache.middleware_checks import check_response_cache
from .db.checks import check_connections, check_deployment, check_replicas
from .health.setting_checks import check_health
from .logging.checks import check_logging
from .outgoing.checks import check_outgoing
from .ratelimit.checks import check_client_address, check_rate_limits
from .security.checks import check_security, check_transport
from .security.policy_checks import check_policies, check_strength
from .seo.checks import check_noindex, check_seo
from .uploads.checks import check_uploads


def register_all() -> None:
    """Tell Django of all of them. Those marked ``deploy`` run with ``check --deploy`` only."""
    for check in (
        checks.check_settings,
        check_client_address,
        check_connections,
        check_health,
        check_logging,
        check_outgoing,
        check_replicas,
        check_seo,
    ):
        register(check)
    for check in (check_backends, check_store, check_response_cache, check_cdn, check_rate_limits):
        register(check, Tags.caches)
    for check in (check_accounts, check_policies, check_security):
        register(check, Tags.security)
    for check in (check_strength, check_transport):
        register(check, Tags.security, deploy=True)
    for check in (check_deployment, check_noindex):
        register(check, deploy=True)
    register(checks.check_middleware, Tags.urls)
    register(check_uploads, Tags.files)
