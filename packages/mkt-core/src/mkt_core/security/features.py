"""Which features a Permissions-Policy can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

#: https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md, standardized, proposed and experimental.
FEATURES = frozenset(
    {
        *("accelerometer", "all-screens-capture", "ambient-light-sensor", "aria-notify"),
        *("attribution-reporting", "autofill", "autoplay", "battery", "bluetooth"),
        *("browsing-topics", "camera", "captured-surface-control", "ch-ua-high-entropy-values"),
        *("clipboard-read", "clipboard-write", "compute-pressure", "conversion-measurement"),
        *("cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal", "direct-sockets"),
        *("display-capture", "document-domain", "encrypted-media", "execution-while-not-rendered"),
        *("execution-while-out-of-viewport", "focus-without-user-activation", "fullscreen"),
        *("gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get"),
        *("idle-detection", "interest-cohort", "join-ad-interest-group", "keyboard-map"),
        *("language-detector", "language-model", "local-fonts", "local-network-access"),
        *("magnetometer", "manual-text", "mediasession", "microphone", "midi"),
        *("monetization", "navigation-override", "on-device-speech-recognition"),
        *("otp-credentials", "payment", "picture-in-picture", "private-aggregation"),
        *("private-state-token-issuance", "private-state-token-redemption"),
        *("publickey-credentials-create", "publickey-credentials-get", "rewriter"),
        *("run-ad-auction", "screen-wake-lock", "serial", "shared-storage"),
        *("shared-storage-select-url", "smart-card", "speaker-selection", "storage-access"),
        *(
            "sub-apps",
            "summarizer",
            "sync-script",
            "sync-xhr",
            "translator",
            "trust-token-redemption",
        ),
        *("unload", "usb", "usb-unrestricted", "vertical-scroll", "web-app-installation"),
        *("web-printing", "web-share", "window-management", "writer", "xr-spatial-tracking"),
    }
)


def unknown_features(policy: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """What browsers would not understand, as message and hint."""
    for feature, origins in policy.items():
        if feature not in FEATURES:
            nearest = get_close_matches(feature.lower().replace("_", "-"), FEATURES, n=1)
            yield (
                f"MKT_CORE['PERMISSIONS_POLICY'] has the feature {feature!r}, which no browser knows.",
                f"Did you mean {nearest[0]!r}?" if nearest else "Remove it.",
            )
        for origin in origins:
            if origin not in ("self", "src", "*") and not _is_origin(origin):
                yield (
                    f"MKT_CORE['PERMISSIONS_POLICY'][{feature!r}] has {origin!r}, which is no origin.",
                    'Write "self", "*" or an origin like "https://video.example.org".',
                )


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/")
