"""Ghost's cards as the HTML that Ghost itself makes of them, in two dialects of its editors."""

from collections.abc import Callable
from html import escape
from typing import Any

Card = dict[str, Any]


def card_html(name: str, card: Card) -> str | None:
    """HTML of a card, "" for one that shows nothing, None for one that only Ghost can fill."""
    make = _CARDS.get(name.removeprefix("card-"))
    return make(card) if make else None


def said(card: Card, *names: str) -> str:
    """The first of the values that is text and not empty."""
    for name in names:
        value = card.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _address(card: Card, *names: str) -> str:
    return escape(said(card, *names).strip())


def _caption(card: Card) -> str:
    # Ghost stores captions as HTML; all of it is cleaned with the rest.
    caption = said(card, "caption")
    return f"<figcaption>{caption}</figcaption>" if caption else ""


def _image(card: Card) -> str:
    source = _address(card, "src")
    if not source:
        return ""
    image = f'<img src="{source}" alt="{escape(said(card, "alt", "altText"))}">'
    if link := _address(card, "href"):
        image = f'<a href="{link}">{image}</a>'
    return f"<figure>{image}{_caption(card)}</figure>"


def _gallery(card: Card) -> str:
    images = card.get("images")
    rows = [one for one in images if isinstance(one, dict)] if isinstance(images, list) else []
    inside = "".join(_image({**one, "caption": ""}) for one in rows)
    return f'<figure class="wp-block-gallery">{inside}{_caption(card)}</figure>' if inside else ""


def _code(card: Card) -> str:
    language = escape(said(card, "language"))
    code = escape(said(card, "code"), quote=False)
    return f'<pre><code class="language-{language}">{code}</code></pre>' if code else ""


def _embed(card: Card) -> str:
    address, caption = _address(card, "url"), _caption(card)
    return f"<figure>{address}{caption}</figure>" if address else said(card, "html")


def _bookmark(card: Card) -> str:
    metadata = card.get("metadata")
    about = metadata if isinstance(metadata, dict) else {}
    address = _address(card, "url") or _address(about, "url")
    title = escape(said(about, "title") or said(card, "title") or said(card, "url"))
    if not address:
        return ""
    return (
        f'<figure class="kg-bookmark-card"><a class="kg-bookmark-container" href="{address}">'
        f'<span class="kg-bookmark-title">{title}</span></a>{_caption(card)}</figure>'
    )


def _callout(card: Card) -> str:
    emoji = escape(said(card, "calloutEmoji"))
    return (
        f'<div class="kg-callout-card"><div class="kg-callout-emoji">{emoji}</div>'
        f'<div class="kg-callout-text">{said(card, "calloutText")}</div></div>'
    )


def _button(card: Card) -> str:
    address, label = _address(card, "buttonUrl"), escape(said(card, "buttonText"))
    return (
        f'<div class="kg-button-card"><a href="{address}">{label}</a></div>' if address else label
    )


def _toggle(card: Card) -> str:
    return (
        f"<details><summary>{said(card, 'heading')}</summary>"
        f"<div>{said(card, 'content')}</div></details>"
    )


def _markdown(card: Card) -> str:
    paragraphs = said(card, "markdown").replace("\r\n", "\n").split("\n\n")
    return "".join(f"<p>{escape(one, quote=False)}</p>" for one in paragraphs if one.strip())


def _video(card: Card) -> str:
    source = _address(card, "src")
    return f'<figure><video src="{source}"></video>{_caption(card)}</figure>' if source else ""


def _audio(card: Card) -> str:
    source = _address(card, "src")
    return f'<figure><audio src="{source}"></audio></figure>' if source else ""


def _file(card: Card) -> str:
    address = _address(card, "src")
    title = escape(said(card, "fileTitle", "title", "fileName"))
    return f'<p><a href="{address}">{title or address}</a></p>' if address else ""


def _header(card: Card) -> str:
    return f"<h2>{said(card, 'header', 'heading')}</h2><p>{said(card, 'subheader')}</p>"


_CARDS: dict[str, Callable[[Card], str]] = {
    "audio": _audio,
    "bookmark": _bookmark,
    "button": _button,
    "callout": _callout,
    "code": _code,
    "codeblock": _code,
    "embed": _embed,
    "file": _file,
    "gallery": _gallery,
    "header": _header,
    "hr": lambda card: "<hr>",
    "horizontalrule": lambda card: "<hr>",
    "html": lambda card: said(card, "html"),
    "image": _image,
    "markdown": _markdown,
    "paywall": lambda card: "",
    "toggle": _toggle,
    "video": _video,
}
