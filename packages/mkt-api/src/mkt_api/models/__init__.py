"""Tables of mkt-api: who may ask, links to drafts, and what is told to other servers."""

from .changes import PageChange
from .previews import PreviewLink
from .tokens import ApiToken
from .webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

__all__ = [
    "ApiToken",
    "PageChange",
    "PreviewLink",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
]
