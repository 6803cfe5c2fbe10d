"""What a review is about, as every page of it shows it."""

from datetime import datetime

from lambdas.shared.review.people import NOBODY_ASKED, UNCHECKED, is_slack_user
from lambdas.shared.review.review import Review
from lambdas.shared.review.rules import Rules
from lambdas.shared.web import html


def facts(review: Review, rules: Rules, now: datetime) -> str:
    """The facts, and the evidence as long as it can be opened."""
    limit = "" if review.threshold is None else f", limit {review.threshold:.1%}"
    flagged = f"{review.flagged_rows:,} of {review.rows:,} rows"
    share = f"{review.flagged_share:.1%}"
    shown = {
        "Flagged": f"{share} ({flagged}{limit}){_bar(review)}",
        "Requested by": html.text(_requester(review, rules)),
        "Deadline": html.time(review.deadline),
        "Evidence": _evidence(review, now),
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
    digest = f'<code class="soft">SHA-256 {html.text(review.sha256)}</code>'
    if now >= review.evidence_until:
        return digest
    link = f'<a href="evidence?review={html.text(review.review_id)}">Download the file</a>'
    return f"{link}<br>{digest}"


def _bar(review: Review) -> str:
    """The flagged share as a bar, with a mark where people begin to be asked."""
    share = review.flagged_share
    widest = min(1.0, 2 * max(share, review.threshold or 0.0)) or 1.0
    mark = ""
    if review.threshold is not None:
        x = 100 * review.threshold / widest
        mark = f'<rect class="limit" x="{x:.1f}%" width="2" height="14"/>'
    return (
        '<svg aria-hidden="true"><rect class="all" width="100%" height="14"/>'
        f'<rect class="flagged" width="{100 * share / widest:.1f}%" height="14"/>{mark}</svg>'
    )
