"""The pieces of pages. Every value that is shown has been escaped by `text`."""

import html

from lambdas.shared.runtime import times
from lambdas.shared.web.style import CSS


def page(title: str, body: str) -> str:
    """A whole page; `body` is HTML."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{text(title)}</title><style>{CSS}</style></head>
<body><main><div class="card">{body}</div></main></body></html>"""


def text(value: str) -> str:
    """Words as words, whatever is in them."""
    return html.escape(value, quote=True)


def time(moment: times.datetime) -> str:
    """A point in time, for people and for programs."""
    return f'<time datetime="{times.to_text(moment)}">{times.for_people(moment)}</time>'


def alert(words: str) -> str:
    """What somebody has to know first, if anything."""
    return f'<p class="problem" role="alert">{text(words)}</p>' if words else ""
