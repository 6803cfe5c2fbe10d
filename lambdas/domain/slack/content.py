"""The content of a review as blocks: summary, facts, gauge, preview, files and links.

Tables: https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from lambdas.domain.review.request import Evidence, Gauge, Preview
from lambdas.domain.review.review import Review
from lambdas.domain.review.words import (
    execution_text,
    fact_text,
    gauge_text,
    host_of,
    is_production,
    size_text,
)
from lambdas.domain.slack.blocks import context, field, fields, quotation, section
from lambdas.domain.slack.text import (
    TEXT_LIMIT,
    Block,
    Markup,
    Part,
    bold,
    code,
    line,
    link,
    own_text,
    user_text,
)

_EMPTY_CELL = "–"  # noqa: RUF001
"""Slack rejects tables with empty cells."""
_CELLS = 20
_ID_LENGTH = 100
"""Enough for the execution of a file, whose name has 64 digits."""
_DIGEST_LENGTH = 12


def tag(stage: str) -> list[Part]:
    """The stage's name; production stands out."""
    if is_production(stage):
        return [Markup(":red_circle: ", "🔴 "), bold(stage.upper())]
    return [code(stage)]


def banner(review: Review, *parts: Part) -> Block:
    """A line that begins with the stage: small print, except for production."""
    shown = (*tag(review.stage), " · ", *parts)
    return section(*shown) if is_production(review.stage) else context(line(*shown))


def summary(review: Review) -> list[Block]:
    """The caller's summary."""
    return [quotation(review.summary)] if review.summary else []


def facts(review: Review) -> list[Block]:
    """The gauge, and the facts in two columns."""
    gauge = (
        [section(bold(review.gauge.name), own_text(_gauge(review.gauge)))] if review.gauge else []
    )
    return gauge + fields(
        field(name, fact_text(it) or _EMPTY_CELL) for name, it in review.facts.items()
    )


def preview(review: Review) -> list[Block]:
    """The preview table."""
    return [_table(review.preview)] if review.preview else []


def sources(review: Review) -> list[Block]:
    """Evidence files with their sizes, and links with their hosts."""
    return [
        *(_source(_file(it), it.link, "Download") for it in review.evidence),
        *(_source(f"{name} · {host_of(it)}", it, "Open") for name, it in review.links.items()),
    ]


def small_print(review: Review) -> Block:
    """Review page, IDs and digests, shortened."""
    page = link(review.approval_link, "Open the review page")
    texts = [line(page, f" · review {review.review_id}")]
    if review.execution_arn:
        texts.append(user_text(short_name(review.execution_arn)))
    if review.started_by:
        texts.append(user_text(f"Started by {short_name(review.started_by)}"))
    if review.context_bytes:
        texts.append(
            user_text(f"Context: {size_text(review.context_bytes)}, returned to the caller only")
        )
    texts += [
        line("SHA-256 of ", it.shown_name, ": ", code(f"{it.sha256[:_DIGEST_LENGTH]}…"))
        for it in review.evidence
        if it.sha256
    ]
    return context(*texts)


def short_name(execution: str) -> str:
    """The display name of an execution, shortened at its start."""
    text = execution_text(execution)
    return text if len(text) <= _ID_LENGTH else f"…{text[1 - _ID_LENGTH :]}"


def _table(preview: Preview) -> Block:
    """Right-align columns of numbers; wrap the others."""
    rows = [preview.columns, *preview.rows]
    return {
        "type": "table",
        "column_settings": [
            {"align": "right"} if right else {"align": "left", "is_wrapped": True}
            for right in preview.numeric
        ],
        "rows": [
            [{"type": "raw_text", "text": fact_text(cell) or _EMPTY_CELL} for cell in row]
            for row in rows
        ],
    }


def _gauge(gauge: Gauge) -> str:
    """The bar `0% ▰▰▰┃▰▱▱▱ 10%`, filled up to the value, with a mark at the limit."""
    filled, mark = (round(_CELLS * share / gauge.scale) for share in (gauge.value, gauge.limit))
    if gauge.value > gauge.limit:  # keep the value visibly on its side of the limit
        filled = max(filled, 1)
        mark = min(mark, filled - 1)
    else:
        filled = min(filled, mark)
    cells = "▰" * filled + "▱" * (_CELLS - filled)
    bar = f"0% {cells[:mark]}┃{cells[mark:]} {gauge.scale * 100:g}%"
    return f"   {gauge_text(gauge)}\n{bar}"


def _file(file: Evidence) -> str:
    return file.shown_name + ("" if file.size is None else f" · {size_text(file.size)}")


def _source(name: str, address: str, label: str) -> Block:
    """A name in the caller's words, followed by a link labelled by us.

    Addresses too long for a message are on the review page only.
    """
    way = link(address, label)
    if address and len(way.marked) <= TEXT_LIMIT:
        return context(user_text(name), line(way))
    return context(user_text(f"{name} (link on the review page)"))
