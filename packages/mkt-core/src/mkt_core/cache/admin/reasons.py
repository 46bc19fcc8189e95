"""Why requests bypass the cache, in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the reason in ``X-MKT-Cache: bypass:<reason>``.
EXPLANATIONS: dict[str, Promise] = {
    "authorization": _("The request carries a log-in of its own."),
    "client": _("The page depends on the visitor’s address."),
    "cookie": _("The page depends on a cookie."),
    "csrf": _("The page has a form with a token for one visitor."),
    "debug": _("It is Django’s page for developers."),
    "encoding": _("Somebody else has compressed the page."),
    "error": _("The cache itself failed; the log says why."),
    "expired": _("The page says that it is out of date at once."),
    "header": _("The page depends on something that the browser has sent."),
    "host": _("The host name is not one of the site’s."),
    "messages": _("There is a message for this visitor."),
    "method": _("Something was sent, not asked for."),
    "nonce": _("The page uses a nonce of the content security policy."),
    "preview": _("It is a preview."),
    "private": _("The page says that it is for one visitor."),
    "query": _("The address has arguments that the cache does not know."),
    "session": _("The visitor has a session, such as by logging in."),
    "set-cookie": _("The page sets a cookie."),
    "size": _("The page is too large."),
    "status": _("It is an error or something else that is not kept."),
    "streaming": _("The response is sent in pieces."),
    "transaction": _("The request came within a transaction of somebody else."),
    "unavailable": _("The cache server was away."),
    "untracked": _("A query was made that the cache does not understand."),
    "user": _("The visitor is logged in."),
    "vary": _("The page varies on something that the browser has sent."),
}
