"""The pages that people see behind a link: facts, one form, and how it ended.

They work without JavaScript, at phone width, in light and dark, by keyboard. Every value that is
shown has been escaped by `_text`.
"""

import html

from lambdas.shared.review.review import UNVERIFIED, Outcome, Review
from lambdas.shared.review.rules import REASON_LIMIT
from lambdas.shared.runtime import times
from lambdas.shared.web.style import CSS

_VERBS = {Outcome.APPROVED: "approve", Outcome.REJECTED: "reject"}


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


def problem_page(text: str, review: Review | None) -> str:
    """Say why nothing can be decided here, with the facts where there are some."""
    if review is None:
        return _page(text, f"<h1>This did not work</h1><p>{_text(text)}</p>")
    heading, facts = _heading(review, "waiting", "Nothing to decide here"), _facts(review)
    return _page(review.title, f"{heading}<p>{_text(text)}</p>{facts}")


def _heading(review: Review, kind: str, status: str) -> str:
    return (
        f'<span class="stage">{_text(review.stage)}</span> <strong class="{_text(kind)}">'
        f"{_text(status)}</strong><h1>{_text(review.title)}</h1>"
    )


def _facts(review: Review) -> str:
    limit = "" if review.threshold is None else f", limit {review.threshold:.1%}"
    flagged = f"{review.flagged_rows:,} of {review.rows:,} rows"
    share = f"{review.flagged_share:.1%}"
    link = f'<a href="evidence?review={_text(review.review_id)}">Download the file</a><br>'
    if review.ended_because:
        link = ""
    facts = {
        "Flagged": f"{share} ({flagged}{limit}){_bar(review)}",
        "Requested by": _text(review.requested_by or "not named"),
        "Deadline": _time(review.deadline),
        "Evidence": f'{link}<code class="soft">SHA-256 {_text(review.sha256)}</code>',
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
