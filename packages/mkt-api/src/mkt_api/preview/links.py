"""Make, read and revoke links to drafts."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from ..access.refusals import Refusal
from ..conf import api_settings
from ..models import PreviewLink
from ..signals import preview_link_created, preview_link_revoked

CREATE_ACTION = "mkt_api.preview_create"
REVOKE_ACTION = "mkt_api.preview_revoke"
LONGEST = timedelta(days=90)

_SALT = "mkt_api.preview"
_MAX_TOKEN_LENGTH = 1_000


def create_link(
    page: Any, *, revision: Any = None, duration: timedelta | None = None, user: Any = None
) -> PreviewLink:
    """A link to one version of the page: ``revision``, or the newest there is.

    It works for ``duration`` (``MKT_API["PREVIEW_HOURS"]`` by default). Writes an entry into Wagtail's log.

    Raises:
        ValidationError: the page has no stored version, the version is of another page, or the time is no good.
    """
    revision = revision or page.get_latest_revision()
    if revision is None:
        raise ValidationError(_("There is no stored version of this page to show."))
    if str(revision.object_id) != str(page.pk):
        raise ValidationError(_("The version is of another page."))
    return _saved(page, duration, user, revision=revision, title=str(revision.as_object()))


def create_unsaved_link(page: Any, *, user: Any = None) -> PreviewLink:
    """A link to what stands in a form and is not saved, for a quarter of an hour; the page itself must be.

    Not in the log: the editor makes one with every look.
    """
    link = PreviewLink(
        content_type=ContentType.objects.get_for_model(page, for_concrete_model=False),
        object_id=str(page.pk),
        title=str(page)[:255],
        content=json.loads(page.to_json()),
        created_by=user,
        expires_at=timezone.now() + timedelta(minutes=15),
    )
    PreviewLink.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
    link.save()
    return link


def token_of(link: PreviewLink) -> str:
    """What opens it: signed, with page, version and end. Any number of times the same link."""
    content = {
        "l": link.pk.hex,
        "p": link.object_id,
        "r": link.revision_id or 0,
        "e": int(link.expires_at.timestamp()),
    }
    return signing.dumps(content, salt=_SALT)


def read_token(token: str) -> PreviewLink:
    """The link that a token opens. At most one query, none for what was not signed here.

    Raises:
        Refusal: 403; it is no token, its time is over, or it was revoked.
    """
    link = _found(token) if len(token) <= _MAX_TOKEN_LENGTH else None
    if link is None:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "invalid-preview-token",
            _("The link to the draft is unknown, has expired or was revoked."),
        )
    return link


def _found(token: str) -> PreviewLink | None:
    try:
        content = signing.loads(token, salt=_SALT)
        key, end = content["l"], content["e"]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return None
    if end <= timezone.now().timestamp():
        return None
    # A replica may not know yet that it was revoked.
    links = PreviewLink.objects.using(router.db_for_write(PreviewLink))
    link = links.select_related("revision").filter(pk=key, revoked_at=None).first()
    if link is None or not link.is_active:
        return None
    same = (link.object_id, link.revision_id or 0) == (content["p"], content["r"])
    return link if same else None


def revoke_link(link: PreviewLink, *, user: Any = None) -> None:
    """It opens nothing any more, anywhere, at once."""
    if link.revoked_at is not None:
        return
    link.revoked_at = timezone.now()
    with transaction.atomic():
        link.save(update_fields=["revoked_at"])
        log(link, REVOKE_ACTION, user=user)
        preview_link_revoked.send_robust(sender=PreviewLink, link=link, user=user)


def front_end_of(host: str) -> str:
    """Where the front end of the site with this host name shows drafts; "" if it is not known to do so."""
    addresses = api_settings.current.PREVIEW_CLIENT_URLS
    return addresses.get(host) or addresses.get("default", "")


def client_url(link: PreviewLink, host: str) -> str:
    """Where the front end shows the draft; "" if ``MKT_API["PREVIEW_CLIENT_URLS"]`` names none.

    It gets the parameters ``content_type`` and ``token``, as from wagtail-headless-preview.
    """
    base = front_end_of(host)
    if not base:
        return ""
    return f"{base}{'&' if '?' in base else '?'}{urlencode(parameters_of(link))}"


def parameters_of(link: PreviewLink) -> dict[str, str]:
    """The query string of a request for the draft."""
    kind = link.content_type
    return {"content_type": f"{kind.app_label}.{kind.model}", "token": token_of(link)}


def _saved(
    page: Any, duration: timedelta | None, user: Any, *, revision: Any, title: str
) -> PreviewLink:
    if duration is None:
        duration = timedelta(hours=api_settings.current.PREVIEW_HOURS)
    if not timedelta(0) < duration <= LONGEST:
        raise ValidationError(_("A link works for at most 90 days."))
    link = PreviewLink(
        content_type=revision.content_type,
        object_id=str(revision.object_id),
        title=title[:255],
        revision=revision,
        created_by=user,
        expires_at=timezone.now() + duration,
    )
    with transaction.atomic():
        link.save()
        log(link, CREATE_ACTION, user=user, data={"page": str(page.pk), "revision": revision.pk})
        preview_link_created.send_robust(sender=PreviewLink, link=link, user=user)
    return link
