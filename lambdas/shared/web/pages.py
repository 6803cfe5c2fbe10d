"""The pages that people see behind a link: facts, one form, and how it ended.

They work without JavaScript, at phone width, in light and dark, by keyboard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lambdas.shared.lifecycle.announcements import so_far
from lambdas.shared.review.errors import why_over
from lambdas.shared.review.review import UNVERIFIED, Outcome, Review, Status, Way
from lambdas.shared.review.rules import REASON_LIMIT, Rules
from lambdas.shared.web import html
from lambdas.shared.web.facts import facts

_VERBS = {Outcome.APPROVED: "approve", Outcome.REJECTED: "reject"}


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The pages of a stage, in which people decide by its rules, and talk in its channel."""

    rules: Rules
    slack_channel: str

    def of(
        self,
        review: Review,
        outcome: Outcome,
        now: datetime,
        alert: str = "",
        written: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Show a review as it stands: a form for this outcome, where people decide, or its end.

        `alert` comes first, `written` is what somebody had filled in. Opening decides nothing.
        """
        known = facts(review, self.rules, now)
        if review.status.is_decided:
            end = f"{_decision(review)}{known}"
            return _page(
                str(review.decision).capitalize(), str(review.decision), review, alert, end
            )
        if review.status is not Status.PENDING:
            end = f"<p>{html.text(self._why_over(review))}</p>{known}"
            return _page(review.status.capitalize(), "over", review, alert, end)
        if where := self.where_to_decide():
            body = f"{self._approvals(review)}<p>{html.text(where)}</p>{known}"
            return _page("Awaiting decision", "waiting", review, alert, body)
        body = f"{known}{_form(review, outcome, alert, written.get('reason', ''))}"
        title = f"{_VERBS[outcome].capitalize()}? {review.title}"
        return _page("Awaiting decision", "waiting", review, "", body, title)

    def where_to_decide(self) -> str:
        """Where people decide, and why not here; empty where a link is enough."""
        why = self.rules.forbids(UNVERIFIED, Way.LINK)
        return why and f"{why} You will find them in {self.slack_channel}."

    def nothing_here(self) -> str:
        """Show somebody the way who has come without one."""
        text = f"Open a review with the link in its message, in {self.slack_channel}."
        return problem_page(text, "There is nothing here")

    def _why_over(self, review: Review) -> str:
        """Why it is over; past its deadline the row does not say so yet."""
        if review.approvals and not review.ended_because:
            return f"{so_far(review, self.rules.required_approvals)} before the deadline."
        return why_over(review)

    def _approvals(self, review: Review) -> str:
        approved = so_far(review, self.rules.required_approvals)
        return approved and f"<p>{approved}. One rejection ends it.</p>"


def problem_page(text: str, heading: str = "This did not work") -> str:
    """Say what is wrong where there is no review to show."""
    return html.page(heading, f"<h1>{html.text(heading)}</h1><p>{html.text(text)}</p>")


def _decision(review: Review) -> str:
    unknown = review.reviewer == UNVERIFIED
    by = "By link, identity not verified" if unknown else f"By {review.reviewer}"
    return (
        f"<p>{html.text(by)} · {html.time(review.decided_at or review.deadline)}</p>"
        f"<p>Reason: {html.text(review.reason or 'none given')}</p>"
    )


def _form(review: Review, outcome: Outcome, problem: str, reason: str) -> str:
    """Ask for one decision; the other one is a link away."""
    verb = _VERBS[outcome]
    other = _VERBS[next(choice for choice in Outcome if choice is not outcome)]
    needed = outcome is Outcome.REJECTED
    review_id = html.text(review.review_id)
    return f"""<form method="post" action="{verb}">
<input type="hidden" name="review" value="{review_id}">{html.alert(problem)}
<label for="reason">Reason{"" if needed else " (optional)"}</label>
<textarea id="reason" name="reason" maxlength="{REASON_LIMIT}"{" required" if needed else ""}>
{html.text(reason)}</textarea>
<button class="{verb}">{verb.capitalize()}</button></form>
<p class="soft">By link: your identity is not verified, and the record will say so.
<a href="{other}?review={review_id}">{other.capitalize()} instead</a></p>"""


def _page(status: str, kind: str, review: Review, alert: str, body: str, title: str = "") -> str:
    return html.page(
        title or f"{status}: {review.title}",
        f'{html.alert(alert)}<span class="stage">{html.text(review.stage)}</span>'
        f' <strong class="{html.text(kind)}">{html.text(status)}</strong>'
        f"<h1>{html.text(review.title)}</h1>{body}",
    )
