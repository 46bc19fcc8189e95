"""``recommended()`` and the policies that it is made of."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mkt_core.security import CSP, admin_policy, recommended, site_policy


def test_everything_is_on():
    found = recommended()

    assert found["SECURE_HSTS_SECONDS"] == 2 * 365 * 24 * 3600
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert found["SECURE_HSTS_PRELOAD"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert found["X_FRAME_OPTIONS"] == "DENY"
    assert found["SECURE_CSP"]["default-src"] == ["'none'"]
    assert found["SECURE_CSP"]["upgrade-insecure-requests"] is True


def test_deviations():
    found = recommended(
        hsts_seconds=3600,
        subdomains=False,
        preload=False,
        ssl_redirect=False,
        cookie_prefix="",
        scripts=["https://stats.example"],
        frames=["https://www.youtube-nocookie.com"],
        images=["https://bucket.example"],
        fonts=["https://fonts.example"],
        nonces=True,
        report_path="/csp-report/",
    )

    assert found["SECURE_HSTS_SECONDS"] == 3600
    assert found["SESSION_COOKIE_NAME"] == "sessionid"
    policy = found["SECURE_CSP"]
    assert policy["script-src"] == ["'self'", "<CSP_NONCE_SENTINEL>", "https://stats.example"]
    assert policy["frame-src"] == ["https://www.youtube-nocookie.com"]
    assert policy["img-src"] == ["'self'", "data:", "https://bucket.example"]
    assert policy["font-src"] == ["'self'", "https://fonts.example"]
    assert (policy["report-uri"], policy["report-to"]) == (["/csp-report/"], ["csp"])
    assert "upgrade-insecure-requests" not in policy


def test_a_mistyped_argument_is_refused():
    with pytest.raises(TypeError, match="image"):
        recommended(image=["https://bucket.example"])


@pytest.mark.parametrize("policy", [site_policy(), admin_policy()])
def test_nothing_inline_and_nothing_foreign(policy):
    text = repr(policy)

    assert "unsafe-inline" not in text
    assert "unsafe-eval" not in text
    assert "http" not in text
    assert policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] in (["'none'"], ["'self'"])


def test_the_reference_says_what_they_are():
    reference = Path(__file__).parents[4] / "docs/reference/headers.md"
    table = reference.read_text().split("## The two policies")[1]
    rows = re.findall(r"^\| (`[^|]+`) \|([^|]*)\|([^|]*)\|$", table, re.MULTILINE)

    for column, policy in ((1, site_policy()), (2, admin_policy())):
        told = {
            name: re.search(r"`([^`]+)`", row[column])[1].split()
            for row in rows
            for name in row[0][1:-1].split("`, `")
            if row[column].strip()
        }
        assert told.pop("script-src-attr", None) == (["return;"] if column == 2 else None)
        assert told == {
            name: [source for source in sources if source != CSP.NONCE]
            for name, sources in policy.items()
            if name != "script-src-attr"
        }


def test_the_only_inline_handler_of_the_admin_does_nothing():
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(b"return;").digest()).decode()

    assert admin_policy()["script-src-attr"] == ["'unsafe-hashes'", f"'sha256-{digest}'"]


def test_settings_can_use_it_before_there_are_settings():
    code = (
        "from mkt_core.security import CSP, admin_policy, recommended;"
        "from django.conf import settings;"
        "recommended(); admin_policy(); assert not settings.configured"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
