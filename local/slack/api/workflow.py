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

    The step is the one that the README asks for; what Signoff did not send is listed whole.
    """
    if variables.get("Type") == "SubscriptionConfirmation" and variables.get("SubscribeURL"):
        shown = {"Topic": variables.get("TopicArn", ""), "Confirm": variables["SubscribeURL"]}
        text = _list(":link: *Amazon SNS asks to confirm a subscription*", shown)
    elif "summary" in variables and "details" in variables:
        text = f"*{_plain(variables['summary'])}*\n{_plain(variables['details'])}"
    else:
        text = _list(":bell: *The workflow was started*", variables)
    return Draft(text=text[:MAX_TEXT])


def _list(headline: str, lines: Mapping[str, str]) -> str:
    return "\n".join([headline, *(f"*{_plain(k)}:* {_plain(v)}" for k, v in lines.items())])


def _plain(value: str) -> str:
    """Keep a value from being read as markup."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
