"""An execution that ends while a person thinks takes its review with it."""

import pytest

from tests.components.deployments import STAGES, Deployment, deploy

CLOSE_REVIEW = "signoff-gate-close-review-function-0a1b2c3"


@pytest.fixture(params=STAGES)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    return deploy(request.param)


def test_the_rule_is_for_this_machine_s_executions_that_ended_without_an_answer(
    deployment: Deployment,
) -> None:
    assert deployment.one("EventRule").json("eventPattern") == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [deployment.outputs["state_machine_arn"]],
            "status": ["ABORTED", "FAILED", "TIMED_OUT"],
        },
    }


def test_the_function_that_closes_gets_the_event_s_detail(deployment: Deployment) -> None:
    target = deployment.one("EventTarget").inputs
    assert target["rule"] == f"{deployment.one('EventRule').name}-0a1b2c3"
    assert target["arn"].endswith(f":function:{CLOSE_REVIEW}")
    assert target["inputPath"] == "$.detail"


def test_only_this_rule_may_call_it(deployment: Deployment) -> None:
    permission = deployment.one("Permission", "execution-events-permission").inputs
    assert permission["function"] == CLOSE_REVIEW
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"] == (
        "arn:aws:events:eu-central-1:111111111111:rule/signoff-gate-execution-events-rule-0a1b2c3"
    )


def test_nothing_is_sent_before_it_may_be(deployment: Deployment) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in deployment.one("EventTarget").dependencies}
    assert "signoff-gate-execution-events-permission" in after
