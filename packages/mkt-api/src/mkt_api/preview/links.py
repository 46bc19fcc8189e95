"""Make, read and revoke links to drafts."""

from __future__ import annotations

CREATE_ACTION = "mkt_api.preview_create"
REVOKE_ACTION = "mkt_api.preview_revoke"
