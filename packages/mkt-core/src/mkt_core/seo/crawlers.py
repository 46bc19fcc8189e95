"""Crawlers by what they are for, as their operators publish it (November 2026)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

#: Collect texts to train language models.
AI_TRAINING = (
    *("AI2Bot", "Amazonbot", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot"),
    *("cohere-training-data-crawler", "Diffbot", "Google-Extended", "GPTBot", "meta-externalagent"),
    *("omgili", "PanguBot", "Timpibot"),
)
#: Look things up to answer somebody's question, usually with a link.
AI_SEARCH = (
    *("Claude-SearchBot", "Claude-User", "ChatGPT-User", "DuckAssistBot", "meta-externalfetcher"),
    *("MistralAI-User", "OAI-SearchBot", "Perplexity-User", "PerplexityBot", "YouBot"),
)
GROUPS = {"ai-training": AI_TRAINING, "ai-search": AI_SEARCH}


def named(names: Iterable[str]) -> Iterator[str]:
    """User agents, with those of the groups in place of the groups' names; each once."""
    agents = (agent for name in names for agent in GROUPS.get(name, (name,)))
    yield from dict.fromkeys(agents)
