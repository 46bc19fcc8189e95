"""System checks of the policies themselves: a browser ignores what it does not know, and says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from ..conf import core_settings
from ._csp import CSP

DIRECTIVES = frozenset(
    {
        *("base-uri", "block-all-mixed-content", "child-src", "connect-src", "default-src"),
        *("fenced-frame-src", "font-src", "form-action", "frame-ancestors", "frame-src"),
        *("img-src", "manifest-src", "media-src", "object-src", "report-to", "report-uri"),
        *("require-trusted-types-for", "sandbox", "script-src", "script-src-attr"),
        *("script-src-elem", "style-src", "style-src-attr", "style-src-elem"),
        *("trusted-types", "upgrade-insecure-requests", "worker-src"),
    }
)
# Sources that lose their meaning without quotes: they would be taken for names of hosts.
_KEYWORDS = frozenset(
    {
        *("none", "self", "unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic"),
        *("report-sample", "wasm-unsafe-eval", "inline-speculation-rules"),
    }
)
_BARE_HASH = re.compile(r"(sha(256|384|512)|nonce)-.+")
# Spaces and these end a source, a directive or the policy.
_BREAKS = re.compile(r"[\s;,]")
_ANY_SCRIPT = frozenset({"*", "http:", "https:", "data:", "blob:"})


def check_policies(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E060``: a directive that does not exist. ``E061``: a value that does not mean what was meant."""
    return [
        message
        for name, policy in _policies()
        for message in (*_unknown_directives(name, policy), *_unusable_values(name, policy))
    ]


def check_strength(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W063``: a policy that lets an injected script run. For ``check --deploy``."""
    return [
        CheckWarning(
            f"{name} {weakness}.",
            hint=hint,
            id="mkt_core.W063",
        )
        for name, policy in _policies()
        if "REPORT_ONLY" not in name
        for weakness, hint in _weaknesses(policy)
    ]


def _policies() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every policy that the settings have, with its name in the settings; those that are no dictionary are left out."""
    found: dict[str, object] = {
        name: getattr(settings, name, None) for name in ("SECURE_CSP", "SECURE_CSP_REPORT_ONLY")
    }
    if not core_settings.problems():
        conf = core_settings.current
        found["MKT_CORE['ADMIN_CSP']"] = conf.ADMIN_CSP
        found["MKT_CORE['ADMIN_CSP_REPORT_ONLY']"] = conf.ADMIN_CSP_REPORT_ONLY
    for name, policy in found.items():
        if isinstance(policy, Mapping) and policy:
            yield name, policy


def _unknown_directives(name: str, policy: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for directive in policy:
        if directive in DIRECTIVES:
            continue
        nearest = get_close_matches(str(directive).lower().replace("_", "-"), DIRECTIVES, n=1)
        yield Error(
            f"{name} has the directive {directive!r}, which no browser knows: it allows and forbids nothing.",
            hint=f"Did you mean {nearest[0]!r}?" if nearest else "See docs/how-to/security.md.",
            id="mkt_core.E060",
        )


def _unusable_values(name: str, policy: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for directive, values in policy.items():
        for problem, hint in _problems(sources_of(values)):
            yield Error(f"{name}[{directive!r}] {problem}.", hint=hint, id="mkt_core.E061")


def sources_of(values: Any) -> list[Any]:
    """The sources of one directive as a list; empty for what stands for "no directive" or "no value"."""
    if values is None or isinstance(values, bool):
        return []
    return list(values) if isinstance(values, (list, tuple, set, frozenset)) else [values]


def _problems(sources: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for source in sources:
        if not isinstance(source, str):
            yield (
                f"has {source!r}, which is no text",
                "Write sources as texts: 'https://cdn.example.org'.",
            )
        elif source.strip("'") in _KEYWORDS and source != f"'{source.strip(chr(39))}'":
            yield f"has {source} without its quotes", f"Write \"'{source.strip(chr(39))}'\"."
        elif _BARE_HASH.fullmatch(source):
            yield f"has {source} without its quotes", f"Write \"'{source}'\"."
        elif _BREAKS.search(source) and source != CSP.NONCE:
            yield f"has {source!r}, which is more than one source", "Write a list of sources."
    if CSP.NONE in sources and len(sources) > 1:
        yield "has 'none' among others, where it means nothing", "Leave out 'none', or the others."


def _weaknesses(policy: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    def effective(directive: str) -> list[Any] | None:
        values = policy.get(directive, policy.get("default-src"))
        return None if values in (None, False) else sources_of(values)

    scripts = effective("script-src")
    if scripts is None:
        yield "does not say which scripts may run", "Add 'script-src'."
    else:
        yield from _open_scripts(scripts)
    if effective("object-src") != [CSP.NONE]:
        yield "allows plugins", "Set 'object-src' to [CSP.NONE]."
    if not policy.get("base-uri"):
        yield (
            "lets a page change where its relative addresses lead",
            "Set 'base-uri' to [CSP.NONE].",
        )
    if not policy.get("frame-ancestors"):
        yield "does not say who may frame the pages", "Set 'frame-ancestors' to [CSP.NONE]."


def _open_scripts(scripts: Sequence[Any]) -> Iterator[tuple[str, str]]:
    is_strict = any(
        value == CSP.NONCE or str(value).startswith(("'nonce-", "'sha")) for value in scripts
    )
    if CSP.UNSAFE_INLINE in scripts and not is_strict:
        yield (
            "allows every inline script, also one that somebody has smuggled in",
            "Move scripts into files, or use CSP.NONCE and {% csp_nonce_attr %}.",
        )
    if CSP.UNSAFE_EVAL in scripts:
        yield (
            "allows eval()",
            "Remove CSP.UNSAFE_EVAL; CSP.WASM_UNSAFE_EVAL is enough for WebAssembly.",
        )
    if CSP.STRICT_DYNAMIC not in scripts and (wide := _ANY_SCRIPT.intersection(scripts)):
        yield f"allows scripts from anywhere ({', '.join(sorted(wide))})", "Name the hosts."
