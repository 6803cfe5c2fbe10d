"""A review in full: the request, its status and its audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from lambdas.domain.review.request import Gauge
from lambdas.domain.review.requester import COULD_NOT_CHECK, with_proof
from lambdas.domain.review.results import result_text
from lambdas.domain.review.words import counted, execution_text, gauge_text, host_of, size_text
from signoff.screen.consoles import stage_label, status_text
from signoff.screen.layout import Rows
from signoff.screen.people import deciders, name_and_id, person
from signoff.screen.times import (
    date_and_time,
    format_duration,
    time_until,
    timestamp,
    urgency_style,
)
from signoff.text import line, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from signoff.api import BaseReview, Question, Review
    from signoff.api.shapes import Answer, AuditEntry, Fact, RefusedDecision
    from signoff.stage import Stage

_KINDS = {"text": "text", "number": "number", "yes_no": "yes or no"}


def card(stage: Stage, review: Review) -> RenderableType:
    """Render the review, with its audit log if fetched."""
    parts: list[RenderableType] = [_head(stage, review), Text(line(review["title"]), style="bold")]
    if review["summary"]:
        parts.append(Rows([(Text(lines(review["summary"])),)]))
    if facts := list(_facts(review)):
        parts.append(_pairs(facts))
    if preview := review["preview"]:
        parts.append(_table(preview["columns"], preview["rows"]))
    if questions := review["questions"]:
        parts.append(Group(*(_question(it, review["answers"].get(it["name"])) for it in questions)))
    parts.append(_pairs(_details(review)))
    parts.append(Group(*_links(review)))
    if entries := review.get("audit_entries"):
        parts.append(_audit_log(entries))
    if review.get("next"):
        parts.append(Text("Later entries are not shown.", style="dim"))
    spaced = [it for part in parts for it in (part, "")]
    return Group(*spaced[:-1])


def status_line(review: BaseReview) -> Text:
    """The status in one line: `PENDING · 1h 59m left · 0 of 2 approvals`."""
    status = status_text(line(review["status"]))
    if review["status"] != "PENDING":
        return status
    return Text(" · ").join([status, time_and_approvals(review)])


def time_and_approvals(review: BaseReview) -> Text:
    """Time left and approvals of a pending review."""
    time = time_until(review["deadline"])
    return Text.assemble(
        (f"{format_duration(time)} left", urgency_style(time)),
        f" · {approvals(review)}",
    )


def approvals(review: BaseReview) -> str:
    """`1 of 2 approvals`."""
    return f"{review['approvals']} of {counted(review['required_approvals'], 'approval')}"


def format_fact(fact: Fact | bool) -> str:
    """`1,000`, `yes`, or the sanitized text."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return line(fact) if isinstance(fact, str) else f"{fact:,}"


def _head(stage: Stage, review: Review) -> Text:
    return Text.assemble(stage_label(stage), "  ", status_line(review))


def _facts(review: Review) -> Iterable[tuple[str, str]]:
    for name, fact in review["facts"].items():
        yield line(name), format_fact(fact)
    if gauge := review["gauge"]:
        shares = Gauge(value=gauge["value"], limit=gauge["limit"])
        yield line(gauge["name"]), gauge_text(shares)


def _details(review: Review) -> Iterable[tuple[str, str]]:
    claimed = name_and_id(review["requested_by_name"], review["requested_by"])
    verified = line(review["verified_requester"])
    by = f" by {with_proof(claimed, verified)}" if claimed or verified else ""
    yield "Requested", date_and_time(review["requested_at"]) + by
    yield "Deadline", date_and_time(review["deadline"])
    if review["approved_by"] and review["decision"] != "approved":
        yield "Approved by", ", ".join(person(it) for it in review["approved_by"])
    if decision := review["decision"]:
        yield (
            line(decision).capitalize(),
            f"{date_and_time(review['decided_at'])} by {_decider(review)}",
        )
    elif review["ended_at"]:
        yield "Ended", date_and_time(review["ended_at"])
    if review["reason"]:
        yield "Reason", lines(review["reason"])
    if (result := review["result"]) and (decision := review["decision"]):
        yield "Result", line(result_text(result, review["result_detail"], decision))
    if refusals := review["refusals"]:
        yield "Refused", "; ".join(map(_refusal, refusals))
    yield "Review", line(review["review_id"])
    if review["execution_arn"]:
        yield "Execution", line(execution_text(review["execution_arn"]))
    if review["context_bytes"]:
        yield "Context", f"{size_text(review['context_bytes'])}, returned to the caller only"
    if review["started_by"]:
        yield "Started by", line(execution_text(review["started_by"]))


def _decider(review: Review) -> str:
    doubt = f" ({COULD_NOT_CHECK})" if review["self_approval_unchecked"] else ""
    return f"{deciders(review)}, by {line(review['via'])}{doubt}"


def _refusal(refusal: RefusedDecision) -> str:
    return f"{person(refusal['name'])} {refusal['times']}, last {date_and_time(refusal['last_at'])}"


def _question(question: Question, answer: Answer | None) -> Text:
    kind = ", ".join(map(line, question["choices"])) or _KINDS.get(question["kind"], "")
    name = f"--answer {line(question['name'])}=…"
    if answer is not None:
        return Text.assemble((line(question["label"]), "dim"), "  ", format_fact(answer))
    needed = ", required" if question["required"] else ""
    return Text.assemble(line(question["label"]), (f"  {name} ({kind}{needed})", "dim"))


def _links(review: Review) -> Iterable[Text]:
    """Links, one per line and never wrapped."""
    named = [
        *(
            (_file(file["name"] or file["key"], file["size"]), file["link"])
            for file in review["evidence"]
        ),
        *((f"{name} ({host_of(link)})", link) for name, link in review["links"].items()),
        ("Page", review["page"]),
    ]
    width = max(len(line(name)) for name, _ in named)
    for name, link in named:
        label = Text(f"{line(name):{width}}  ", style="dim")
        yield Text.assemble(label, line(link), no_wrap=True, overflow="ignore")


def _file(name: str, size: int | None) -> str:
    return name if size is None else f"{name}, {size_text(size)}"


def _pairs(pairs: Iterable[tuple[str, str]]) -> RenderableType:
    return Rows([(Text(name, style="dim"), Text(value)) for name, value in pairs])


def _table(columns: Sequence[str], rows: Sequence[Sequence[Fact]]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for n, column in enumerate(columns):
        cells = [row[n] for row in rows]
        links = [len(line(cell)) for cell in cells if "://" in str(cell)]
        is_number = not any(isinstance(cell, str) for cell in cells)
        table.add_column(
            Text(line(column)),
            justify="right" if is_number else "left",
            overflow="fold",
            min_width=max(links, default=None),
        )
    for row in rows:
        table.add_row(*(Text(format_fact(cell)) for cell in row))
    return table


def _audit_log(entries: Iterable[AuditEntry]) -> RenderableType:
    rows: list[tuple[Text, ...]] = []
    for entry in entries:
        who = [person(entry["person"]), line(entry["via"]) and f"by {line(entry['via'])}"]
        what = " · ".join(filter(None, (" ".join(filter(None, who)), line(entry["why"]))))
        event = line(entry["event"]).removeprefix("review.").replace("_", " ")
        rows.append((Text(timestamp(entry["at"]), style="dim"), Text(event), Text(what)))
    return Group(Text("Audit log", style="dim"), Rows(rows))
