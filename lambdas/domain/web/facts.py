"""The content of a request, as every page of its review shows it."""

from collections.abc import Mapping
from datetime import datetime

from lambdas.domain.review.request import Fact, Preview
from lambdas.domain.review.review import UNVERIFIED, Review
from lambdas.domain.review.words import (
    execution_text,
    fact_text,
    host_of,
    size_text,
)
from lambdas.domain.runtime.console import execution_url
from lambdas.domain.web import html
from lambdas.domain.web.gauge import gauge

_SHORT_TEXT = 40
"""Characters of a text fact that is aligned with the numbers; longer ones start on the left."""

_MAX_PHONE_COLUMNS = 3
"""Maximum number of columns that fit on a phone; the rows of wider previews are stacked there."""


def request_content(review: Review, now: datetime) -> str:
    """Everything that the caller sent, and the evidence while it can be opened."""
    return (
        html.paragraphs(review.summary)
        + (gauge(review.gauge) if review.gauge else "")
        + _facts(review.facts)
        + (_preview(review.preview) if review.preview else "")
        + _evidence(review, now)
        + _links(review.links)
    )


def technical_details(review: Review, *, console_links: bool) -> str:
    """IDs, hashes and executions, collapsed; executions may link to the AWS console."""

    def execution(arn: str) -> str:
        shown = _code(execution_text(arn))
        url = execution_url(arn) if console_links else ""
        return html.external_link(url, shown) if url else shown

    unnamed = ("", UNVERIFIED, review.reviewer)
    shown = {
        "Review": _code(review.review_id),
        "Requested": html.time(review.requested_at),
        **({"Requested by": _code(review.requested_by)} if review.requested_by_name else {}),
        **(
            {"Decided by": _code(review.reviewer_key)} if review.reviewer_key not in unnamed else {}
        ),
        **({"Execution": execution(review.execution_arn)} if review.execution_arn else {}),
        **({"Started by": execution(review.started_by)} if review.started_by else {}),
        **(
            {"Context": f"{_size(review.context_bytes)}, for the caller only"}
            if review.context_bytes
            else {}
        ),
        **{
            f"SHA-256 of {html.isolated(file.shown_name)}": _code(file.sha256)
            for file in review.evidence
            if file.sha256
        },
    }
    summary = "<summary>Technical details</summary>"
    return f'<details class="card">{summary}{html.description_list(shown)}</details>'


def _facts(facts: Mapping[str, Fact]) -> str:
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{html.text(name)}</th>{_fact(fact)}</tr>'
        for name, fact in facts.items()
    )
    return f'<table class="facts"><tbody>{rows}</tbody></table>' if rows else ""


def _preview(preview: Preview) -> str:
    """A table in a scrollable region, which the keyboard can reach.

    On a phone, the rows of a wide one are stacked, each cell with its column's name.
    """
    kinds = ["number" if numeric else "" for numeric in preview.numeric]
    head = "".join(
        f'<th scope="col" class="{kind}" dir="auto">{html.text(name)}</th>'
        for name, kind in zip(preview.columns, kinds, strict=True)
    )
    is_wide = len(preview.columns) > _MAX_PHONE_COLUMNS
    labels = preview.columns if is_wide else ("",) * len(preview.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row, kinds, labels))}</tr>" for row in preview.rows)
    return (
        '<h2 id="preview">Preview</h2>'
        '<div class="scrolls" role="region" aria-labelledby="preview" tabindex="0">'
        f'<table class="{"wide" if is_wide else ""}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _fact(fact: Fact) -> str:
    is_text = isinstance(fact, str)
    return _cell(fact, "number" if not is_text else "long" if len(fact) > _SHORT_TEXT else "")


def _cell(fact: Fact, kind: str, label: str = "") -> str:
    data = f' data-label="{html.text(label)}"' if label else ""
    return f'<td class="{kind}"{data} dir="auto">{html.text(fact_text(fact))}</td>'


def _evidence(review: Review, now: datetime) -> str:
    ended = now >= review.evidence_until
    files = "".join(_file(review, n, ended=ended) for n in range(len(review.evidence)))
    return f'<h2>Evidence</h2><ul class="plain">{files}</ul>' if files else ""


def _file(review: Review, n: int, *, ended: bool) -> str:
    file = review.evidence[n]
    size = "" if file.size is None else f' <span class="soft">{_size(file.size)}</span>'
    name = html.isolated(file.shown_name)
    if not ended:
        address = f"evidence?review={html.text(str(review.linked_id))}"
        address += f"&amp;n={n}" if n else ""
        name = f'<a href="{address}">Download {name}</a>'
    return f"<li>{name}{size}</li>"


def _links(links: Mapping[str, str]) -> str:
    """External links with their hosts. They open in a new tab, so that a filled-in form is kept."""
    items = "".join(
        f"<li>{html.external_link(link, html.isolated(name))}"
        f' <span class="soft">{html.text(host_of(link))}</span></li>'
        for name, link in links.items()
    )
    return f'<h2>Links</h2><ul class="plain">{items}</ul>' if items else ""


def _size(size: int) -> str:
    return size_text(size).replace(" ", "&nbsp;")


def _code(value: str) -> str:
    return f"<code>{html.text(value)}</code>"
