"""What a review is about, as blocks: facts, a gauge, a table, files and links.

Tables: https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

import urllib.parse
from collections.abc import Iterator

from lambdas.shared.review.request import Evidence, Gauge, Preview
from lambdas.shared.review.review import Review
from lambdas.shared.review.words import (
    execution_in_words,
    fact_in_words,
    is_production,
    share_in_words,
    size_in_words,
)
from lambdas.shared.slack.blocks import (
    TEXT_LIMIT,
    Block,
    context,
    escaped,
    field,
    fields,
    lines,
    link,
    mrkdwn,
    quotation,
    section,
)

_NOTHING = "–"  # noqa: RUF001
"""Slack refuses a table with an empty cell."""
_CELLS = 20
_SCALES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_ROOM = 1.1
"""How much longer than what it shows a gauge's scale is, at least."""
_HOST_SHOWN = 60
_ID_SHOWN = 80
_DIGEST_SHOWN = 12


def tag(stage: str) -> str:
    """The stage: production cannot be mistaken for another."""
    return (
        f":red_circle: *{escaped(stage.upper())}*"
        if is_production(stage)
        else f"`{escaped(stage)}`"
    )


def banner(review: Review, text: str) -> Block:
    """A line with the stage in front: in small print, but for production."""
    line = f"{tag(review.stage)} · {text}"
    return section(line) if is_production(review.stage) else context(mrkdwn(line))


def summary(review: Review) -> list[Block]:
    """What the caller says of it."""
    return [quotation(review.summary)] if review.summary else []


def facts(review: Review) -> list[Block]:
    """The gauge, and the facts in two columns."""
    gauge = [section(_gauge(review.gauge))] if review.gauge else []
    return gauge + fields(
        field(name, fact_in_words(it) or _NOTHING) for name, it in review.facts.items()
    )


def preview(review: Review) -> list[Block]:
    """A few rows of it."""
    return [_table(review.preview)] if review.preview else []


def sources(review: Review) -> list[Block]:
    """Where to look: files by name and size, and links, each with the host that it leads to."""
    files = [_file(file) for file in review.evidence]
    return lines([*files, *(_link(name, address) for name, address in review.links.items())])


def small_print(review: Review) -> Block:
    """What few people need: the review's page, ids and digests, cut short."""
    ids = [
        link(review.approval_link, "The page of this review"),
        f"review {review.review_id}",
    ]
    if review.execution_arn:
        ids.append(_short(review.execution_arn))
    if review.started_by:
        ids.append(f"started by {_short(review.started_by)}")
    known = [file for file in review.evidence if file.sha256]
    digests = [
        f"SHA-256 of {escaped(it.shown_name)}: `{it.sha256[:_DIGEST_SHOWN]}…`" for it in known
    ]
    return context(*(mrkdwn(text) for text in [" · ".join(ids), *digests]))


def without_table(blocks: list[Block]) -> list[Block]:
    """The same, with a table's rows as lines: for a Slack that does not take it."""
    return [it for block in blocks for it in (_as_text(block) if is_table(block) else [block])]


def is_table(block: Block) -> bool:
    """Whether this is a block that Slack knows since August 2025 only."""
    return block["type"] == "table"


def _table(preview: Preview) -> Block:
    """Columns of numbers stand right, the others are wrapped."""
    rows = [preview.columns, *preview.rows]
    return {
        "type": "table",
        "column_settings": [
            {"align": "right"} if right else {"align": "left", "is_wrapped": True}
            for right in preview.numeric
        ],
        "rows": [
            [{"type": "raw_text", "text": fact_in_words(cell) or _NOTHING} for cell in row]
            for row in rows
        ],
    }


def _as_text(table: Block) -> Iterator[Block]:
    rows = [" · ".join(cell["text"] for cell in row) for row in table["rows"]]
    while rows:
        some = [rows.pop(0)]
        while rows and len("\n".join([*some, rows[0]])) <= TEXT_LIMIT:
            some.append(rows.pop(0))
        yield quotation("\n".join(some))


def _gauge(gauge: Gauge) -> str:
    """`0% ▰▰▰┃▰▱▱▱ 10%`: filled up to the value, with a mark at the limit."""
    most = _ROOM * max(gauge.value, gauge.limit)
    scale = next((it for it in _SCALES if it >= most), 1.0)
    filled, mark = (round(_CELLS * share / scale) for share in (gauge.value, gauge.limit))
    if gauge.value > gauge.limit:  # on which side of the limit it is shows, however close
        filled = max(filled, 1)
        mark = min(mark, filled - 1)
    else:
        filled = min(filled, mark)
    cells = "▰" * filled + "▱" * (_CELLS - filled)
    bar = f"0% {cells[:mark]}┃{cells[mark:]} {scale * 100:g}%"
    return f"*Share*   {share_in_words(gauge)}\n{bar}"


def _file(file: Evidence) -> str:
    size = "" if file.size is None else f" · {size_in_words(file.size)}"
    return _leading(file.link, file.shown_name, size)


def _link(name: str, address: str) -> str:
    host = urllib.parse.urlsplit(address).hostname or ""
    # Of a long name the end is what tells whose it is.
    shown = host if len(host) <= _HOST_SHOWN else f"…{host[-_HOST_SHOWN:]}"
    return _leading(address, name, f" · {escaped(shown)}")


def _leading(address: str, name: str, more: str) -> str:
    """A line with a link; an address for which a message has no room is on the review's page."""
    text = f"• {link(address, escaped(name))}{more}"
    if address and len(text) <= TEXT_LIMIT:
        return text
    return f"• {escaped(name)}{more} (the link is on the review's page)"


def _short(execution: str) -> str:
    return escaped(execution_in_words(execution)[-_ID_SHOWN:])
