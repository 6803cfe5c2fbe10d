"""Check what a production stage lacks that only its owner can provide."""

from collections.abc import Sequence

from components.settings.settings import Settings


def missing(settings: Settings, stack: str) -> Sequence[str]:
    """Each as a warning, with the command to set it."""
    set_it = "pulumi config set"
    decisions, channel = settings.gate.decisions, settings.gate.slack.channel
    found: list[str] = []
    if not decisions.reviewers:
        found.append(
            f"Anyone in {channel} may decide in stage {stack}, and anyone with access to the"
            f" operator API. To restrict decisions to reviewers, run"
            f" {set_it} --path 'signoff:reviewers[0]' U012ABCDEF -s {stack}"
        )
    if decisions.required_approvals == 1:
        found.append(
            f"Stage {stack} requires one approval only. To require two, run"
            f" {set_it} signoff:requiredApprovals 2 -s {stack}"
        )
    if settings.alarm_email is None and settings.alarm_topic_arn is None:
        found.append(
            f"Alarms of stage {stack} notify no one. To notify the person on call, run"
            f" {set_it} signoff:alarmEmail oncall@example.com -s {stack}"
        )
    return found
