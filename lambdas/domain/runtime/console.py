"""Addresses in the AWS console."""

import re
import urllib.parse

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""The console of each partition."""
_ARN = re.compile(
    "arn:(?P<partition>[a-z-]+):(?P<service>states|lambda):(?P<region>[a-z]{2,}(?:-[a-z]+)+-[0-9])"
    ":[0-9]{12}:(?P<kind>execution|function):(?P<name>[^:/]+)[:/].+"
)


def console_url(partition: str, region: str, service: str) -> str:
    """The console's home page for a service, to which a fragment may be added."""
    domain = _DOMAINS.get(partition, _DOMAINS["aws"])
    return f"https://{region}.{domain}/{service}/home?region={region}"


def execution_url(arn: str) -> str:
    """An execution in the console: Step Functions', or the function of a durable execution.

    Empty for anything else: an ARN may be a caller's text.
    """
    found = _ARN.fullmatch(arn)
    if not found or found["partition"] not in _DOMAINS:
        return ""
    home = console_url(found["partition"], found["region"], found["service"])
    match found["service"], found["kind"]:
        case "states", "execution":
            return f"{home}#/v2/executions/details/{urllib.parse.quote(arn, safe=':')}"
        case "lambda", "function":
            return f"{home}#/functions/{urllib.parse.quote(found['name'], safe='')}"
        case _:
            return ""
