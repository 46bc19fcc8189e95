"""Varnish with vmod_xkey; its configuration has to know the purge (see docs/how-to/cdn.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...conf import SettingProblem
from ..collector import EPOCH_TAG
from ..tags import told_to_proxies
from .addresses import address_problems
from .http import HttpBackend, send

# The example in xkey's own documentation answers so if there was nothing to purge.
_NOTHING_THERE = frozenset({404})


@dataclass(frozen=True, slots=True, kw_only=True)
class VarnishOptions:
    """One Varnish; a site with several of them has an entry for each, so that one that is away holds up no other."""

    LOCATION: str
    METHOD: str = "PURGE"
    # Mark as stale instead of removing; Varnish then gives the old response out within its grace.
    SOFT: bool = False
    # More headers of the request, such as a shared secret.
    HEADERS: Mapping[str, str] = field(default_factory=dict, repr=False)


class VarnishTags(HttpBackend[VarnishOptions]):
    """Any number of keys, as many as fit into one header of a Varnish that is not tuned (8 kB)."""

    options_class = VarnishOptions
    header = "xkey"
    most_tags = 1000
    most_bytes = 4000

    @classmethod
    def value_problems(cls, where: str, options: VarnishOptions) -> list[SettingProblem]:
        problems = address_problems(where, "LOCATION", options.LOCATION, carries_secret=False)
        if not (options.METHOD.isascii() and options.METHOD.isalpha()):
            problems.append(
                SettingProblem(
                    kind="value",
                    message=f"{where}['METHOD'] is no method of HTTP.",
                    hint="Write one word, such as 'PURGE'.",
                )
            )
        return problems

    def purge_tags(self, tags: Sequence[str]) -> None:
        options = self.options
        name = "xkey-softpurge" if options.SOFT else "xkey-purge"
        send(
            options.METHOD,
            options.LOCATION,
            headers={**options.HEADERS, name: " ".join(tags)},
            also_fine=_NOTHING_THERE,
        )

    def purge_everything(self) -> None:
        # Every response has this tag; a ban would also end what is none of ours.
        self.purge_tags([told_to_proxies(EPOCH_TAG)])
