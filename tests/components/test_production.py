"""Warnings of `pulumi up` in production about settings that only the owner can provide."""

import pytest

from tests.components.deployments import BUTTONS, ROOT, Deployment, deploy, stage_config

REVIEWERS = {"reviewers": '["U012ABCDEF", "W034GHIJKL"]'}
QUORUM = {"requiredApprovals": "2"}
EMAIL = {"alarmEmail": "oncall@example.com"}
TOPIC = {"alarmTopicArn": "arn:aws:sns:eu-central-1:111122223333:oncall"}

WARNINGS = {
    "Anyone in #signoff-": "pulumi config set --path 'signoff:reviewers[0]' U012ABCDEF -s ",
    "Stage ": "pulumi config set signoff:requiredApprovals 2 -s ",
    "Alarms of stage ": "pulumi config set signoff:alarmEmail oncall@example.com -s ",
}


def warned(deployment: Deployment, stage: str) -> list[str]:
    """The `WARNINGS` that were shown, each with its command."""
    assert deployment.error is None
    return [
        begins
        for text in deployment.warnings
        for begins, command in WARNINGS.items()
        if text.startswith(begins) and text.endswith(command + stage)
    ]


@pytest.mark.parametrize(
    ("config", "missing"),
    [
        (
            {},
            [
                "Anyone in #signoff-",
                "Stage ",
                "Alarms of stage ",
            ],
        ),
        (
            REVIEWERS,
            ["Stage ", "Alarms of stage "],
        ),
        (QUORUM, ["Anyone in #signoff-", "Alarms of stage "]),
        (EMAIL, ["Anyone in #signoff-", "Stage "]),
        (TOPIC, ["Anyone in #signoff-", "Stage "]),
        (REVIEWERS | QUORUM | TOPIC, []),
    ],
)
def test_each_missing_setting_is_a_warning_with_its_command(
    config: dict[str, str], missing: list[str]
) -> None:
    deployment = deploy("prod", BUTTONS | config)
    assert warned(deployment, "prod") == missing
    assert len(deployment.warnings) == len(missing)


@pytest.mark.parametrize("stage", ["dev", "uat"])
def test_other_stages_get_no_warning(stage: str) -> None:
    assert deploy(stage, BUTTONS).warnings == []


def test_the_stage_file_has_the_commands_for_missing_settings() -> None:
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    assert [command for command in WARNINGS.values() if f"{command}prod" not in text] == []
    assert "signoff:alarmTopicArn" in text


def test_production_has_reminders_and_keeps_logs_for_a_year() -> None:
    config = stage_config("prod")
    assert config["signoff:remindBefore"] == ["12h", "2h"]
    assert config["signoff:logRetentionDays"] == 365
