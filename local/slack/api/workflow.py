"""A workflow started by a webhook: its variables, and the message that its one step sends.

https://slack.com/help/articles/360041352714 - variables are strings, in a flat object.
"""

from collections.abc import Mapping

from local.slack.errors import WebhookError
from local.slack.payloads.drafts import MAX_TEXT, Draft

Variables = Mapping[str, str]


def read_variables(payload: Mapping[str, object]) -> Variables:
    """The variables; raises `WebhookError` unless each is a string."""
    variables = {name: value for name, value in payload.items() if isinstance(value, str)}
    if not variables or len(variables) != len(payload):
        raise WebhookError(400, "invalid_payload")
    return variables


def compose(variables: Variables) -> Draft:
    """The message of the workflow's "send a message" step, variables put in as plain text.

    The step is the one that docs/slack.md asks for, with the variables `summary` and `details`, or
    `SubscribeURL` while a subscription is confirmed. Raises `WebhookError` where they are missing:
    Slack refuses what lacks one of the workflow's variables.
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
    """Keep a value from being read as markup."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
