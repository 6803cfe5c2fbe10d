"""What a review is about, as every page of it shows it."""

from datetime import datetime

from lambdas.shared.review.people import NOBODY_ASKED, UNCHECKED, is_slack_user
from lambdas.shared.review.request import Gauge
from lambdas.shared.review.review import Review
from lambdas.shared.review.rules import Rules
from lambdas.shared.review.words import fact_in_words, share_in_words, size_in_words
from lambdas.shared.web import html


def facts(review: Review, rules: Rules, now: datetime) -> str:
    """The facts, and the evidence as long as it can be opened."""
    shown = {
        **({"Share": share_in_words(review.gauge) + _bar(review.gauge)} if review.gauge else {}),
        **{html.text(name): html.text(fact_in_words(it)) for name, it in review.facts.items()},
        "Requested by": html.text(_requester(review, rules)),
        "Deadline": html.time(review.deadline),
        **({"Evidence": _evidence(review, now)} if review.evidence else {}),
        "Execution": f"<code>{html.text(review.execution_arn.rsplit(':', 1)[-1])}</code>",
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in shown.items())
    return f"<dl>{rows}</dl>"


def _requester(review: Review, rules: Rules) -> str:
    """Who asked, and whether anybody would notice if they decided themselves."""
    if not review.requested_by:
        return NOBODY_ASKED
    self_approval_matters = not rules.allow_self_approval and not rules.links_decide
    if self_approval_matters and not is_slack_user(review.requested_by):
        return f"{review.requested_by} {UNCHECKED}"
    return review.requested_by


def _evidence(review: Review, now: datetime) -> str:
    ended = now >= review.evidence_until
    return "<br>".join(_file(review, n, ended=ended) for n in range(len(review.evidence)))


def _file(review: Review, n: int, *, ended: bool) -> str:
    file = review.evidence[n]
    digest = f'<code class="soft">SHA-256 {html.text(file.sha256)}</code>' if file.sha256 else ""
    size = "" if file.size is None else f", {size_in_words(file.size)}"
    name = html.text(file.shown_name)
    if not ended:
        address = f"evidence?review={html.text(review.review_id)}" + (f"&amp;n={n}" if n else "")
        name = f'<a href="{address}">Download {name}</a>'
    return f"{name}{size}<br>{digest}"


def _bar(gauge: Gauge) -> str:
    """A share as a bar, with a mark at its limit."""
    widest = min(1.0, 2 * max(gauge.value, gauge.limit)) or 1.0
    x = 100 * gauge.limit / widest
    return (
        '<svg aria-hidden="true"><rect class="all" width="100%" height="14"/>'
        f'<rect class="flagged" width="{100 * gauge.value / widest:.1f}%" height="14"/>'
        f'<rect class="limit" x="{x:.1f}%" width="2" height="14"/></svg>'
    )
