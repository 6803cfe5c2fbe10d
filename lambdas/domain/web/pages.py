"""The pages of a review: its content, one form, and its outcome.

They work without JavaScript, at phone width, in light and dark, and by keyboard.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.errors import end_reason
from lambdas.domain.review.questions import answer_texts
from lambdas.domain.review.requester import COULD_NOT_CHECK, shown, unchecked, with_proof
from lambdas.domain.review.results import result_text
from lambdas.domain.review.review import UNVERIFIED, Approvals, Outcome, Review, Status
from lambdas.domain.review.time_plan import time_left
from lambdas.domain.review.words import is_production
from lambdas.domain.web import html
from lambdas.domain.web.facts import request_content, technical_details
from lambdas.domain.web.form import error_summary, form, question_list

_EMPTY: Mapping[str, str] = MappingProxyType({})
_SHORT_UNITS = {"hour": "h", "minute": "min"}


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The pages of a stage, by its rules and its Slack channel."""

    rules: Rules
    slack_channel: str
    channel_url: str = ""
    """The channel in Slack: `https://slack.com/archives/C012ABCDEF`; empty where its ID is not
    known."""
    slack_decides: bool = True
    """Whether messages in the channel have buttons that decide."""
    console_links: bool = True
    """Whether executions are in an AWS account, whose console shows them."""

    def of(
        self,
        review: Review,
        now: datetime,
        alert: str = "",
        values: Mapping[str, str] = _EMPTY,
        errors: Mapping[str, str] = _EMPTY,
    ) -> str:
        """The page of a review: pending with a form or a hint where to decide, or ended.

        `alert` comes first. `values` are the values and `errors` the errors of a submitted form,
        both by the names of its fields.
        """
        pending = review.status is Status.PENDING
        with_form = pending and self.rules.links_decide
        status = "Awaiting decision" if pending else review.status.capitalize()
        headline = self._headline(review, status, now)
        if with_form:
            body = f'<div class="card">{headline}{request_content(review, now)}</div>'
            body += form(review, self._approvals(review), values, errors)
        else:
            headline += self._status_box(review)
            body = f'<div class="card">{headline}{request_content(review, now)}</div>'
        first = html.alert(error_summary(errors) if errors else html.text(alert))
        kind = ("prod " if is_production(review.stage) else "") + ("with-form" if with_form else "")
        title = f"{status}: {review.title} ({review.stage})"
        details = technical_details(review, console_links=self.console_links)
        return html.page(title, f"{first}{body}{details}", kind.strip())

    def error(self, heading: str, text: str, form: str = "") -> str:
        """An error page, where there is no review to show; `form` is HTML."""
        words = f"<h1>{html.text(heading)}</h1><p>{html.text(text)}</p>{form}"
        place = html.description_list({"Slack channel": self._channel()})
        return html.page(heading, f'<div class="card">{words}{place}</div>')

    def _channel(self) -> str:
        name = html.isolated(self.slack_channel)
        return html.external_link(self.channel_url, name) if self.channel_url else name

    def _message(self, review: Review) -> str:
        """The message in the channel where it is known, otherwise the channel.

        https://docs.slack.dev/reference/methods/chat.getPermalink
        """
        if not (self.channel_url and review.message_ts):
            return self._channel()
        url = f"{self.channel_url}/p{review.message_ts.replace('.', '')}"
        return html.external_link(url, f"Message in {html.isolated(self.slack_channel)}")

    def _where_to_decide(self) -> str:
        """Where to decide on a pending review, on a page without a form."""
        slack = "in Slack or " if self.slack_decides else ""
        return (
            f"<p>Reviewers decide {slack}with the <code>signoff</code> command."
            " This link only shows the review.</p>"
        )

    def _headline(self, review: Review, status: str, now: datetime) -> str:
        """Stage, status, title, requester and deadline."""
        left = ""
        if review.status is Status.PENDING:
            words = re.sub(
                "(hour|minute)s?", lambda it: _SHORT_UNITS[it[1]], time_left(review, now)
            )
            left = f" <span>in {words}</span>"
        times = {
            "Requested by": html.isolated(self._requester(review)),
            "Deadline": html.time(review.deadline) + left,
            "Slack": self._message(review),
        }
        return (
            f'<span class="stage">{html.text(review.stage)}</span>'
            f' <strong class="{review.status.lower()}">{status}</strong>'
            f'<h1 dir="auto">{html.text(review.title)}</h1>{html.description_list(times)}'
        )

    def _requester(self, review: Review) -> str:
        """The requester, with a warning where self-approval cannot be checked."""
        claimed = review.requested_by_name or shown(review.requested_by)
        who = with_proof(claimed, review.verified_requester)
        self_approval_matters = not self.rules.allow_self_approval and not self.rules.links_decide
        warning = unchecked(review.requested_by, review.asker) if self_approval_matters else ""
        return f"{who} {warning}".strip()

    def _status_box(self, review: Review) -> str:
        """Where to decide, or the outcome."""
        if review.status is Status.PENDING:
            content = self._approvals(review) + self._where_to_decide()
            content += question_list(review.questions)
        elif review.status.is_decided:
            content = _decision(review)
        else:
            content = f'<p class="lines" dir="auto">{html.text(self._end_reason(review))}</p>'
        return f'<div class="status {review.status.lower()}">{content}</div>'

    def _end_reason(self, review: Review) -> str:
        """Why the review ended. Just after its deadline, the row has no reason yet."""
        if review.approvals and not review.ended_because:
            return f"{so_far(review, self.rules.required_approvals)} before the deadline."
        return end_reason(review)

    def _approvals(self, review: Review) -> str:
        """The approvals so far, where several are required."""
        approved = so_far(review, self.rules.required_approvals)
        who = f": {_names(review.approvals)}" if review.approvals else ""
        return approved and f"<p>{approved}{who}. One rejection ends the review.</p>"


def _decision(review: Review) -> str:
    """The decision: reviewer, time, reason and answers."""
    unknown = review.reviewer == UNVERIFIED
    by = "Decided by link, identity not verified" if unknown else f"By {_names(review.decided_by)}"
    if review.self_approval_unchecked:
        by += f" ({COULD_NOT_CHECK})"
    before = review.approvals if review.decision is Outcome.REJECTED else Approvals()
    items = {
        **({"Approved earlier by": _names(before)} if before else {}),
        "Reason": html.text(review.reason or "none given"),
        **{
            html.text(label): html.text(answer)
            for label, answer in answer_texts(review.questions, review.answers).items()
        },
    }
    if review.result:
        items["Result"] = html.text(
            result_text(review.result, review.result_detail, str(review.decision))
        )
    when = html.time(review.decided_at or review.deadline)
    return f"<p>{by} · {when}</p>{html.description_list(items)}"


def _names(people: Approvals) -> str:
    return ", ".join(map(html.isolated, people.names))
