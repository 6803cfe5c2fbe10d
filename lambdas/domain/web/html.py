"""Building blocks of pages. `text` escapes every value that is shown."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping

from lambdas.domain.runtime import times
from lambdas.domain.web.script import SCRIPT
from lambdas.domain.web.style import CSS


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src {_hash(CSS)}; script-src {_hash(SCRIPT)}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Allows one style sheet and one script, by their hashes."""


def page(title: str, body: str, kind: str = "") -> str:
    """A page; `body` is HTML, `kind` the class of its main element."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{text(title)}</title><style>{CSS}</style></head>
<body><main class="{kind}">{body}</main><script>{SCRIPT}</script></body></html>"""


def text(value: str) -> str:
    """Text, escaped."""
    return html.escape(value, quote=True)


def isolated(value: str) -> str:
    """Text within a sentence, isolated so that its direction does not affect ours."""
    return f"<bdi>{text(value)}</bdi>"


def external_link(url: str, label: str) -> str:
    """A link that opens in a new tab, so that a filled-in form is kept; `label` is HTML."""
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer">{label}</a>'


def paragraphs(value: str) -> str:
    """Text with its paragraphs and line breaks, each paragraph in its own direction."""
    parts = re.split(r"\n{2,}", value) if value else []
    return "".join(f'<p class="lines" dir="auto">{text(part)}</p>' for part in parts)


def time(moment: times.datetime) -> str:
    """A time in UTC; the page's script converts it to the reader's time zone."""
    return f'<time datetime="{times.to_text(moment)}">{times.for_people(moment)}</time>'


def description_list(items: Mapping[str, str]) -> str:
    """A description list; names and values are HTML."""
    rows = "".join(
        f'<div><dt dir="auto">{name}</dt><dd dir="auto">{value}</dd></div>'
        for name, value in items.items()
    )
    return f"<dl>{rows}</dl>"


def alert(words: str) -> str:
    """An alert, unless `words`, which are HTML, are empty."""
    return f'<div class="problem" role="alert">{words}</div>' if words else ""
