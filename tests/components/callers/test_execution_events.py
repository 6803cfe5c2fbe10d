"""Events of ended executions, which cancel their pending reviews, or are reported as failures."""

from dataclasses import dataclass

import pytest

from tests.components.deployments import Deployment, Resource

CLOSE_REVIEW = "signoff-gate-close-review-0a1b2c3"


HOSTS = {
    "signoff-gate-dataset": "state_machine_arn",
    "signoff-gate-review": "review_machine_arn",
    "signoff-gate-answer": "answer_machine_arn",
}
"""Hosts of the gate: the prefix of their resources' names, and the output with their ARN."""


@dataclass(frozen=True)
class Host:
    name: str
    deployment: Deployment

    @property
    def arn(self) -> str:
        return self.deployment.outputs[HOSTS[self.name]]

    def one(self, type_: str, what: str = "") -> Resource:
        return self.deployment.one(type_, f"{self.name}-events{what}")


@pytest.fixture(params=HOSTS)
def host(deployment: Deployment, request: pytest.FixtureRequest) -> Host:
    return Host(request.param, deployment)


def test_the_rule_matches_unanswered_ends_of_this_machines_executions(
    host: Host,
) -> None:
    only_asks = host.name != "signoff-gate-dataset"
    assert host.one("EventRule").json("eventPattern") == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [host.arn],
            "status": ["ABORTED", "FAILED", "TIMED_OUT", *([] if only_asks else ["SUCCEEDED"])],
        },
    }


def test_the_function_that_cancels_reviews_gets_the_events_detail(host: Host) -> None:
    target = host.one("EventTarget").inputs
    assert target["rule"] == f"{host.one('EventRule').name}-0a1b2c3"
    assert target["arn"].endswith(f":function:{CLOSE_REVIEW}")
    assert target["inputPath"] == "$.detail"


def test_only_this_rule_may_call_it(host: Host) -> None:
    permission = host.one("Permission", "-permission").inputs
    assert permission["function"] == CLOSE_REVIEW
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"] == (
        f"arn:aws:events:eu-central-1:111111111111:rule/{host.name}-events-0a1b2c3"
    )


def test_events_are_sent_only_after_the_permission_exists(host: Host) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in host.one("EventTarget").dependencies}
    assert f"{host.name}-events-permission" in after


def test_failed_executions_of_the_dataset_workflow_are_reported(deployment: Deployment) -> None:
    name, function = "signoff-gate-dataset-failed", "signoff-gate-report-failure-0a1b2c3"
    machine = deployment.outputs["state_machine_arn"]
    detail = deployment.one("EventRule", name).json("eventPattern")["detail"]
    assert detail == {"stateMachineArn": [machine], "status": ["ABORTED", "FAILED", "TIMED_OUT"]}
    target = deployment.one("EventTarget", name).inputs
    assert target["arn"].endswith(f":function:{function}")
    assert target["inputPath"] == "$.detail"
    assert deployment.one("Permission", f"{name}-permission").inputs["function"] == function


def test_failures_of_other_hosts_are_not_reported(deployment: Deployment) -> None:
    failed = [it.name for it in deployment.of_type("EventRule") if it.name.endswith("-failed")]
    assert failed == ["signoff-gate-dataset-failed"]
