"""What a production stage lacks that nobody but its owner can fill in."""

from collections.abc import Sequence

from components.settings.settings import Settings


def missing(settings: Settings, stack: str) -> Sequence[str]:
    """Each as a warning, with the command that fills it in."""
    set_it = "pulumi config set"
    decisions, channel = settings.gate.decisions, settings.gate.slack.channel
    found: list[str] = []
    if not decisions.reviewers:
        found.append(
            f"Anybody in {channel} may decide in stage {stack}, and anybody who may call the"
            f" operator API. Name the reviewers:"
            f" {set_it} --path 'signoff:reviewers[0]' U012ABCDEF -s {stack}"
        )
    if decisions.required_approvals == 1:
        found.append(
            f"One approval is enough in stage {stack}. Require another:"
            f" {set_it} signoff:requiredApprovals 2 -s {stack}"
        )
    if settings.alarm_email is None and settings.alarm_topic_arn is None:
        found.append(
            f"Nobody is notified of alarms in stage {stack}. Name who is on call:"
            f" {set_it} signoff:alarmEmail oncall@example.com -s {stack}"
        )
    return found
