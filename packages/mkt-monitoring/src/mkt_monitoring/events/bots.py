"""Robots, by what they call themselves.

With the extra ``bots`` the list of crawler-user-agents, which is kept up to date elsewhere, is asked as well.
"""

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
    user_agent = user_agent[:500]
    return len(user_agent) < 12 or bool(_WORDS.search(user_agent)) or _is_listed(user_agent)


def _is_listed(user_agent: str) -> bool:
    try:
        from crawleruseragents import is_crawler
    except ImportError:
        return False
    return bool(is_crawler(user_agent))
