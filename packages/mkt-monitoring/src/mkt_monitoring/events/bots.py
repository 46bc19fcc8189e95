"""Robots, by what they call themselves."""

from __future__ import annotations

import re
from functools import lru_cache

# What nearly all of them have in common, and programs that are no browsers.
_WORDS = re.compile(
    r"bot\b|bot[/_;-]|crawl|spider|slurp|scrap|fetch|archiv|preview|monitor|check(?:er|host)|validator|headless"
    r"|lighthouse|pagespeed|phantomjs|selenium|puppeteer|playwright|facebookexternalhit|whatsapp|embedly|pingdom"
    r"|uptime|statuscake|curl|wget|python|java/|go-http|okhttp|libwww|perl|ruby|php|httpclient|axios|node-fetch"
    r"|postman|insomnia|feed|rss|nagios|zgrab|nmap|nikto|masscan|gptbot|chatgpt|claude|anthropic|perplexity|ccbot"
    r"|bytespider|mediapartners|adsbot|apis-google|google-(?:inspection|extended|safety)|yandex(?:images|metrika)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_bot(user_agent: str) -> bool:
    """Whether this is no browser that somebody sits at. One that sends nothing is none."""
    return len(user_agent) < 12 or _WORDS.search(user_agent[:500]) is not None
