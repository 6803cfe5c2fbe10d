"""The stage's secrets: each one is stored, and the functions use its current version.

Secret values are not read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.doctor.findings import Finding, Missing, ok, problem
from signoff.doctor.fixes import reset_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signoff.doctor.probe import Probe

SECRETS = "secrets"
TOKEN, WEBHOOK, SIGNING = (
    "SLACK_BOT_TOKEN_PARAMETER",
    "SLACK_WEBHOOK_PARAMETER",
    "SLACK_SIGNING_SECRET_PARAMETER",
)
"""The environment variables with the names of the parameters."""
ESCALATION = "notify_slack_escalation"
ESCALATION_KEY = "escalationSlackWebhookUrl"
KEYS = {
    TOKEN: "slackBotToken",
    WEBHOOK: "slackWebhookUrl",
    SIGNING: "slackSigningSecret",
}


def secrets(probe: Probe) -> Iterator[Finding]:
    """Check every secret that a function reads, by configuration key."""
    readers: dict[tuple[str, str], dict[str, str]] = {}
    for function in probe.operations["functions"]:
        variables = probe.variables(function)
        for variable in KEYS:
            if parameter := variables.get(variable):
                used = readers.setdefault((_key(function, variable), parameter), {})
                used[function] = variables.get(f"{variable}_VERSION", "")
    for (key, parameter), used in readers.items():
        yield _secret(probe, key, parameter, used)
    if not readers:
        yield ok(SECRETS, "No function uses a secret.")


def _key(function: str, variable: str) -> str:
    louder = function == ESCALATION and variable == WEBHOOK
    return ESCALATION_KEY if louder else KEYS[variable]


def _secret(probe: Probe, key: str, parameter: str, used: dict[str, str]) -> Finding:
    """Compare the stored version with the version each function was deployed with."""
    try:
        stored = probe.aws("ssm", "get_parameter", Name=parameter)["Parameter"]
    except Missing as missing:
        return problem(SECRETS, f"The parameter for {key} is missing: {missing}", missing.fix)
    version = str(stored["Version"])
    behind = sorted(function for function, its in used.items() if its != version)
    if not behind:
        return ok(SECRETS, f"{key} is set and used by {', '.join(sorted(used))}.")
    return problem(
        SECRETS,
        f"{key} was changed outside Pulumi; {', '.join(behind)} may still use the old value"
        f" (version {used[behind[0]]}; stored: {version}).",
        reset_secret(probe.stage, key),
    )
