"""What happened, for anyone who wants to know. All are sent robustly: a receiver that fails is logged.

Those about tokens and links are sent within the transaction that made the change.
"""

from django.dispatch import Signal

#: A token was made, by hand, by the command or by a rotation. Sender: ``ApiToken``. Arguments: ``token`` (the row) and
#: ``user`` (who did it, or None).
token_created = Signal()

#: A token works no more. Sender: ``ApiToken``. Arguments: ``token`` and ``user``.
token_revoked = Signal()

#: A token got a successor, and works until ``token.expires_at``. Sender: ``ApiToken``. Arguments: ``token``,
#: ``successor`` and ``user``.
token_rotated = Signal()

#: A request was not let in. Sender: ``mkt_api.access.refusals.Refusal``. Arguments: ``request``, ``reason`` (such as
#: "invalid-token", "missing-scope" or "rate-limited") and ``access`` (``mkt_api.access.identity.Access``, or None).
access_refused = Signal()

#: A link to a draft was made. Sender: ``PreviewLink``. Arguments: ``link`` and ``user``.
preview_link_created = Signal()

#: A link to a draft opens nothing any more. Sender: ``PreviewLink``. Arguments: ``link`` and ``user``.
preview_link_revoked = Signal()

#: A change was written down to be told. Sender: ``WebhookEvent``. Arguments: ``event`` and ``endpoints`` (how many).
webhook_event_recorded = Signal()

#: A webhook was asked. Sender: ``WebhookDelivery``. Arguments: ``delivery``, ``outcome`` ("delivered", "retry",
#: "failed" or "gone"), ``status`` (None without an answer) and ``seconds``.
webhook_attempted = Signal()

#: Somebody was shown what is deprecated: a list, an object or a field of one. Sender: the class of the view. Arguments:
#: ``request``, ``resource`` (its name), ``fields`` (names; ``*`` is all of it) and ``access`` (whose token it was).
deprecation_used = Signal()
