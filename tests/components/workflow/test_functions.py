"""The functions of the workflow: what each is given, and may do."""

import json
from typing import Any

import pytest

from components.settings import dataset_rules
from components.workflow.functions import LONGEST_SECONDS
from lambdas.datasets import flags
from lambdas.datasets.limits import FUNCTION_SECONDS
from tests.components.deployments import (
    CHECK_FUNCTION,
    Deployment,
    deploy,
    environment,
    functions_of,
    statements,
)

BUCKET = "signoff-evidence-bucket-0a1b2c3"
ARN = f"arn:aws:s3:::{BUCKET}"
FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:"
SHARED = ("WriteOwnLogs", "SendTraces")
FLAGS = "is anomalous"


def own(deployment: Deployment, role: str) -> dict[str, Any]:
    """The role's own statements by name: actions and resources."""
    return {
        it["Sid"]: (it["Action"], it["Resource"])
        for it in statements(deployment, role)
        if it["Sid"] not in SHARED
    }


def test_the_limit_of_a_files_size_is_computed_for_the_functions_timeout() -> None:
    assert LONGEST_SECONDS == FUNCTION_SECONDS


def test_the_column_with_reasons_is_the_one_that_is_read() -> None:
    assert dataset_rules.WHY == flags.WHY


def test_the_functions_get_the_rules(rules: Deployment) -> None:
    place = {"STAGE": "dev", "EVIDENCE_BUCKET": BUCKET, "FLAG_COLUMN": FLAGS}
    assert environment(rules, "generate_dataset") == place
    assert environment(rules, "check_dataset") == {
        **place,
        "ANOMALY_THRESHOLD": "0.1",
        "CHECK_FUNCTION_ARN": "",
    }
    assert environment(rules, "publish_dataset") == {
        "STAGE": "dev",
        "EVIDENCE_BUCKET": BUCKET,
        "DATASET_TOPIC_ARN": rules.outputs["dataset_topic_arn"],
    }


@pytest.mark.parametrize("threshold", ["0", "0.06", "1e-05", "0.1234567890123456"])
def test_the_functions_threshold_is_the_machines(threshold: str) -> None:
    """Reviewers see the first; the second decides whether a review is requested."""
    stage = deploy("dev", {"anomalyThreshold": threshold})
    shown = environment(stage, "check_dataset")["ANOMALY_THRESHOLD"]
    definition = stage.one("StateMachine", "signoff-workflow-machine").json("definition")
    (above,) = definition["States"]["IsReviewRequired"]["Choices"]
    assert float(shown) == float(threshold)
    assert f"flagged_share > {float(threshold)} " in above["Condition"]


def test_the_sample_is_written_below_its_own_prefix_only(deployment: Deployment) -> None:
    assert own(deployment, "signoff-generate-dataset-role") == {
        "WriteSamples": ("s3:PutObject", f"{ARN}/samples/*")
    }


def test_the_check_only_reads_files(deployment: Deployment) -> None:
    assert own(deployment, "signoff-check-dataset-role") == {
        "FindLatestVersions": ("s3:GetObject", f"{ARN}/incoming/*"),
        "ReadVersions": ("s3:GetObjectVersion", [f"{ARN}/incoming/*", f"{ARN}/samples/*"]),
    }


def test_only_the_check_may_call_the_configured_function(everything: Deployment) -> None:
    assert environment(everything, "check_dataset")["CHECK_FUNCTION_ARN"] == CHECK_FUNCTION
    calling = {
        role.name: statement["Action"]
        for role in everything.of_type("Role")
        for statement in statements(everything, role.name)
        if CHECK_FUNCTION in str(statement["Resource"])
    }
    assert calling == {"signoff-check-dataset-role": "lambda:InvokeFunction"}


def test_without_a_configured_function_the_check_has_one_policy(
    deployment: Deployment, everything: Deployment
) -> None:
    plain, calling = (
        {it.name for it in stage.of_type("RolePolicy") if "-check-dataset-" in it.name}
        for stage in (deployment, everything)
    )
    assert plain == {"signoff-check-dataset-policy"}
    assert calling == plain | {"signoff-check-dataset-function-policy"}


def test_the_publisher_writes_published_files_and_notes_only(deployment: Deployment) -> None:
    granted = own(deployment, "signoff-publish-dataset-role")
    writing = {
        sid: resources for sid, (actions, resources) in granted.items() if "s3:Put" in str(actions)
    }
    assert writing == {
        "PublishOnce": f"{ARN}/published/*",
        "NoteNewestVersions": f"{ARN}/newest/*",
    }


@pytest.mark.parametrize("sample", ["true", "false"])
def test_the_workflow_may_invoke_its_steps_and_request_reviews(sample: str) -> None:
    stage = deploy("dev", {"sampleData": sample})
    steps = ["check_dataset", "publish_dataset"]
    if sample == "true":
        steps.insert(0, "generate_dataset")
    found = functions_of(stage)
    assert ("generate_dataset" in found) is (sample == "true")
    granted = own(stage, "signoff-workflow-role")
    assert granted["InvokeSteps"] == (
        "lambda:InvokeFunction",
        [f"{FUNCTION}{found[step].name}-0a1b2c3" for step in steps],
    )
    # As a verified host, by a function of its own.
    assert granted["AskForReviews"] == (
        "lambda:InvokeFunction",
        f"{FUNCTION}{found['request_review_dataset'].name}-0a1b2c3",
    )
    text = json.dumps(stage.one("StateMachine", "signoff-workflow-machine").json("definition"))
    invoked = {name for name, it in found.items() if f"{FUNCTION}{it.name}-0a1b2c3" in text}
    assert invoked == {*steps, "request_review_dataset"}
