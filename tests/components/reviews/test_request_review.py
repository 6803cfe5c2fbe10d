"""What the function that asks is told, and what more it may do where links are presigned."""

import pytest

from tests.components.deployments import ESCALATION, REMINDERS, Deployment, deploy, environment


def test_only_long_links_let_the_request_function_read_evidence() -> None:
    def may_read(deployment: Deployment) -> bool:
        policies = [str(item.inputs["policy"]) for item in deployment.of_type("RolePolicy")]
        roles = [str(item.inputs["role"]) for item in deployment.of_type("RolePolicy")]
        return any(
            "s3:GetObjectVersion" in policy and "request-review" in role
            for policy, role in zip(policies, roles, strict=True)
        )

    assert not may_read(deploy("dev"))
    assert may_read(deploy("dev", {"linkShortener": "none"}))
    assert may_read(deploy("dev", {"linkShortener": "tinyurl"}))


@pytest.mark.parametrize("function", ["request_review", "sweep_reviews"])
@pytest.mark.parametrize(
    ("config", "remind", "escalate"),
    [
        ({}, "", ""),
        (REMINDERS, "3600,600", ""),
        (ESCALATION, "", "1800"),
        ({**ESCALATION, "remindBefore": '["90s"]'}, "90", "1800"),
    ],
)
def test_who_stores_and_who_sweeps_plan_by_the_same_times(
    function: str, config: dict[str, str], remind: str, escalate: str
) -> None:
    variables = environment(deploy("dev", config), function)
    assert variables["REMIND_BEFORE_SECONDS"] == remind
    assert variables["ESCALATE_BEFORE_SECONDS"] == escalate
