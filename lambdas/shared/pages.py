"""The pages that people see behind a link: facts, one form, and how it ended.

They work without JavaScript, at phone width, in light and dark, by keyboard. Every value that is
shown has been escaped by `_text`.
"""

import html

from lambdas.shared import times
from lambdas.shared.page_style import CSS
from lambdas.shared.reviews import REASON_LIMIT, UNVERIFIED, Outcome, Review, Status

_VERBS = {Outcome.APPROVED: "approve", Outcome.REJECTED: "reject"}
_ENDINGS = {
    Status.EXPIRED: "Too late: nobody decided before the deadline.",
    Status.CANCELLED: "The workflow ended before anybody decided.",
    Status.UNDELIVERED: "The request never reached the channel, so the workflow was ended.",
}


def form_page(review: Review, outcome: Outcome, problem: str = "", reason: str = "") -> str:
    """Ask for one decision; the other one is a link away. Opening this page decides nothing."""
    verb = _VERBS[outcome]
    other = _VERBS[next(choice for choice in Outcome if choice is not outcome)]
    needed = outcome is Outcome.REJECTED
    warning = f'<p class="problem" role="alert">{_text(problem)}</p>' if problem else ""
    return _page(
        f"{verb.capitalize()}? {review.title}",
        f"""{_heading(review, "waiting", "Waits for a decision")}{_facts(review)}
<form method="post" action="{verb}">
<input type="hidden" name="review" value="{_text(review.review_id)}">{warning}
<label for="reason">Reason{"" if needed else " (optional)"}</label>
<textarea id="reason" name="reason" maxlength="{REASON_LIMIT}"{" required" if needed else ""}>
{_text(reason)}</textarea>
<button class="{verb}">{verb.capitalize()}</button></form>
<p class="soft">By link: your identity is not verified, and the record will say so.
<a href="{other}?review={_text(review.review_id)}">{other.capitalize()} instead</a></p>""",
    )


def decided_page(review: Review, note: str = "") -> str:
    """Say who decided what, when and why."""
    outcome = str(review.decision)
    by = (
        "by link, identity not verified"
        if review.reviewer == UNVERIFIED
        else f"by {review.reviewer}"
    )
    return _page(
        f"{outcome.capitalize()}: {review.title}",
        f"""{_heading(review, outcome, f"{note}{outcome.capitalize()}")}
<p>{_text(outcome.capitalize())} {_text(by)}, {_time(review.decided_at or review.deadline)}.</p>
<p>Reason: {_text(review.reason or "none given")}</p>{_facts(review)}""",
    )


def ended_page(review: Review, status: Status) -> str:
    """Say that the review is over without a decision, and how."""
    return _page(
        f"{status.capitalize()}: {review.title}",
        f"""{_heading(review, "waiting", status.capitalize())}
<p>{_ENDINGS[status]} Nothing was decided by this click.</p>{_facts(review)}
<p class="soft">To ask again, start the workflow again.</p>""",
    )


def undelivered_decision_page(review: Review) -> str:
    """Say that the decision is safe, but the workflow has not confirmed it."""
    return _page(
        f"Recorded: {review.title}",
        f"""{_heading(review, "waiting", "Recorded, not confirmed yet")}
<p>The decision is recorded, but AWS did not confirm that the workflow has it.
Press the same button again in half a minute; nothing can be decided twice.</p>""",
    )


def not_found_page() -> str:
    """Say that there is no such review."""
    return _page(
        "No such review",
        """<h1>No such review</h1><p>This link leads to no review of this stage. Open it from the
Slack message once more: a link that was cut off or typed by hand does not work.</p>""",
    )


def unavailable_page() -> str:
    """Say that AWS did not answer."""
    return _page(
        "Try again",
        """<h1>Please try again</h1><p>AWS did not answer in time. Nothing was decided by this
click. Go back and press the button once more.</p>""",
    )


def _heading(review: Review, kind: str, status: str) -> str:
    return (
        f'<span class="stage">{_text(review.stage)}</span> <strong class="{_text(kind)}">'
        f"{_text(status)}</strong><h1>{_text(review.title)}</h1>"
    )


def _facts(review: Review) -> str:
    limit = "" if review.threshold is None else f", limit {review.threshold:.1%}"
    flagged = f"{review.flagged_rows:,} of {review.rows:,} rows"
    share = f"{review.flagged_share:.1%}"
    facts = {
        "Flagged": f"{share} ({flagged}{limit}){_bar(review)}",
        "Requested by": _text(review.requested_by or "not named"),
        "Deadline": _time(review.deadline),
        "Evidence": f'<a href="evidence?review={_text(review.review_id)}">Download the file</a>'
        f'<br><code class="soft">SHA-256 {_text(review.sha256)}</code>',
        "Execution": f"<code>{_text(review.execution_arn.rsplit(':', 1)[-1])}</code>",
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f"<dl>{rows}</dl>"


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


def _time(moment: times.datetime) -> str:
    return f'<time datetime="{times.to_text(moment)}">{times.for_people(moment)}</time>'


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _page(title: str, body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{_text(title)}</title><style>{CSS}</style></head>
<body><main><div class="card">{body}</div></main></body></html>"""
