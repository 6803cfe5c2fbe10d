"""A workflow started by a webhook: its variables, and the message that its one step sends.

https://slack.com/help/articles/360041352714 - variables are strings, in a flat object.
"""

from collections.abc import Mapping

from local.slack.channels import MAX_TEXT, Draft
from local.slack.errors import WebhookError

Variables = Mapping[str, str]

HEADLINES = {
    "review.requested": ":raised_hand: *A review is waiting for you*",
    "review.reminder": ":hourglass_flowing_sand: *A review is still waiting*",
    "review.escalated": ":rotating_light: *A review needs somebody now*",
    "review.decided": ":white_check_mark: *A review was decided*",
    "review.expired": ":hourglass: *A review expired*",
    "review.cancelled": ":no_entry_sign: *A review was cancelled*",
    "review.undelivered": ":warning: *A decision was not delivered*",
}
LINES = {
    "title": "Title",
    "stage": "Stage",
    "flagged_share": "Flagged share",
    "requested_by": "Requested by",
    "deadline": "Deadline",
    "decision": "Decision",
    "reviewer": "Reviewer",
    "reason": "Reason",
    "s3_file": "File",
    "approval_link": "Approve",
    "rejection_link": "Reject",
}


def read_variables(payload: Mapping[str, object]) -> Variables:
    """The variables; raises `WebhookError` unless each is a string."""
    variables = {name: value for name, value in payload.items() if isinstance(value, str)}
    if not variables or len(variables) != len(payload):
        raise WebhookError(400, "invalid_payload")
    return variables


def compose(variables: Variables) -> Draft:
    """The message of the workflow's "send a message" step, variables put in as plain text."""
    if variables.get("Type") == "SubscriptionConfirmation" and variables.get("SubscribeURL"):
        return Draft(text=_confirmation(variables)[:MAX_TEXT])
    headline = HEADLINES.get(variables.get("event", ""), ":bell: *The workflow was started*")
    known = {label: variables[name] for name, label in LINES.items() if variables.get(name)}
    return Draft(text=_text(headline, known or variables)[:MAX_TEXT])


def _confirmation(variables: Variables) -> str:
    shown = {"Topic": variables.get("TopicArn", ""), "Confirm": variables["SubscribeURL"]}
    return _text(":link: *Amazon SNS asks to confirm a subscription*", shown)


def _text(headline: str, lines: Mapping[str, str]) -> str:
    return "\n".join([headline, *(f"*{_plain(k)}:* {_plain(v)}" for k, v in lines.items())])


def _plain(value: str) -> str:
    """Keep a value from being read as markup."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
