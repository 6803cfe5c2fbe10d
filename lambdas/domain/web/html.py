"""The pieces of pages. Every value that is shown has been escaped by `text`."""

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
"""One style sheet and one script, each allowed by its hash, and nothing else."""


def page(title: str, body: str, kind: str = "") -> str:
    """A whole page; `body` is HTML, `kind` a class for the looks of all of it."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{text(title)}</title><style>{CSS}</style></head>
<body><main class="{kind}">{body}</main><script>{SCRIPT}</script></body></html>"""


def text(value: str) -> str:
    """Words as words, whatever is in them."""
    return html.escape(value, quote=True)


def name(value: str) -> str:
    """Somebody's words within a sentence, whichever way they are written."""
    return f"<bdi>{text(value)}</bdi>"


def paragraphs(value: str) -> str:
    """Text with its paragraphs and lines, each in the direction that it is written in."""
    parts = re.split(r"\n{2,}", value) if value else []
    return "".join(f'<p class="lines" dir="auto">{text(part)}</p>' for part in parts)


def time(moment: times.datetime) -> str:
    """A point in time, for programs and for people; for those with JavaScript in their own zone."""
    return f'<time datetime="{times.to_text(moment)}">{times.for_people(moment)}</time>'


def pairs(shown: Mapping[str, str]) -> str:
    """Names and what there is to each; both are HTML."""
    rows = "".join(
        f'<div><dt dir="auto">{name}</dt><dd dir="auto">{value}</dd></div>'
        for name, value in shown.items()
    )
    return f"<dl>{rows}</dl>"


def alert(words: str) -> str:
    """What somebody has to know first, if anything; `words` are HTML."""
    return f'<div class="problem" role="alert">{words}</div>' if words else ""
