"""Files that arrive: what starts the workflow, and what must exist before."""

import json

from tests.components.deployments import Deployment, Resource, environment, statements

FUNCTION = "signoff-arrivals-start-dataset-0a1b2c3"
UNHANDLED = (
    "arn:aws:sqs:eu-central-1:111111111111:signoff-gate-channel-undelivered-unhandled-0a1b2c3"
)
BUCKET = "signoff-evidence-bucket-0a1b2c3"


def arrivals(deployment: Deployment, type_: str) -> Resource:
    (found,) = [it for it in deployment.of_type(type_) if it.name.startswith("signoff-arrivals")]
    return found


def test_only_new_files_below_incoming_in_this_bucket_start_the_workflow(
    deployment: Deployment,
) -> None:
    """Nothing that the workflow writes starts it again: samples, published files, notes."""
    assert json.loads(arrivals(deployment, "EventRule").inputs["eventPattern"]) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [BUCKET]}, "object": {"key": [{"prefix": "incoming/"}]}},
    }


def test_the_rule_passes_the_objects_details_to_the_function(deployment: Deployment) -> None:
    target = arrivals(deployment, "EventTarget").inputs
    assert target["rule"] == "signoff-arrivals-0a1b2c3"
    assert target["arn"] == f"arn:aws:lambda:eu-central-1:111111111111:function:{FUNCTION}"
    assert target["inputPath"] == "$.detail"


def test_only_this_rule_may_invoke_the_function(deployment: Deployment) -> None:
    permission = arrivals(deployment, "Permission").inputs
    assert permission["function"] == FUNCTION
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"].endswith(":rule/signoff-arrivals-0a1b2c3")


def test_the_function_may_only_start_the_workflow(deployment: Deployment) -> None:
    machine = deployment.outputs["state_machine_arn"]
    assert environment(deployment, "start_dataset") == {
        "STAGE": "dev",
        "EVIDENCE_BUCKET": BUCKET,
        "STATE_MACHINE_ARN": machine,
    }
    allowed = {
        (statement["Sid"], str(statement["Action"]), statement["Resource"])
        for statement in statements(deployment, "start-dataset-role")
        if statement["Sid"] not in ("WriteOwnLogs", "SendTraces")
    }
    assert allowed == {
        ("StartWorkflow", "states:StartExecution", machine),
        ("KeepUnhandledEvents", "sqs:SendMessage", UNHANDLED),
    }


def test_an_event_that_cannot_be_handled_is_kept_where_an_alarm_rings(
    deployment: Deployment,
) -> None:
    retries = arrivals(deployment, "FunctionEventInvokeConfig").inputs
    assert retries["functionName"] == FUNCTION
    assert retries["maximumRetryAttempts"] == 2
    assert retries["destinationConfig"] == {"onFailure": {"destination": UNHANDLED}}
    target = arrivals(deployment, "EventTarget")
    assert arrivals(deployment, "FunctionEventInvokeConfig").urn in target.dependencies


def test_the_bucket_sends_events_when_everything_else_exists(deployment: Deployment) -> None:
    """A file that arrives earlier would not be noticed, or could be published by anyone."""
    notification = deployment.one("BucketNotification")
    assert notification.inputs == {"bucket": BUCKET, "eventbridge": True}
    target, permission = (arrivals(deployment, it) for it in ("EventTarget", "Permission"))
    assert target.urn in notification.dependencies
    assert permission.urn in target.dependencies
    assert deployment.one("BucketPolicy").urn in notification.dependencies
