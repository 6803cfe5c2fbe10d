"""A workflow started by webhook: its variables and the message that it sends.

https://slack.com/help/articles/360041352714 - variables are strings, in a flat object.
"""

from collections.abc import Mapping

from local.slack.errors import WebhookError
from local.slack.payloads.drafts import MAX_TEXT, Draft

Variables = Mapping[str, str]


def read_variables(payload: Mapping[str, object]) -> Variables:
    """Parse the variables; raises `WebhookError` unless all are strings."""
    variables = {name: value for name, value in payload.items() if isinstance(value, str)}
    if not variables or len(variables) != len(payload):
        raise WebhookError(400, "invalid_payload")
    return variables


def compose(variables: Variables) -> Draft:
    """Compose the message of the workflow's "send a message" step.

    docs/slack.md describes the step. It uses the variables `summary` and `details`, or
    `SubscribeURL` during confirmation. Raises `WebhookError` if one is missing, as Slack does.
    """
    if variables.get("Type") == "SubscriptionConfirmation" and variables.get("SubscribeURL"):
        lines = {"Topic": variables.get("TopicArn", ""), "Confirm": variables["SubscribeURL"]}
        shown = (f"*{name}:* {_plain(value)}" for name, value in lines.items())
        text = "\n".join([":link: *Amazon SNS asks to confirm a subscription*", *shown])
    elif "summary" in variables and "details" in variables:
        text = f"*{_plain(variables['summary'])}*\n{_plain(variables['details'])}"
    else:
        raise WebhookError(400, "invalid_payload")
    return Draft(text=text[:MAX_TEXT])


def _plain(value: str) -> str:
    """Escape markup."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
