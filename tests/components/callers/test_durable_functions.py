"""A durable function requests reviews and is monitored, as in the example program."""

import importlib
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.components.deployments import ROOT, Deployment, deploy

PROGRAM = "examples/durable_function/__main__.py"
FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:"
CALLER = f"{FUNCTION}promote-model-0a1b2c3"


@pytest.fixture
def example() -> Deployment:
    return deploy("dev", program=PROGRAM)


def test_the_program_runs(preview: bool) -> None:
    assert deploy("dev", program=PROGRAM, preview=preview).error is None


def test_its_role_may_only_request_reviews(example: Deployment) -> None:
    policy = example.one("RolePolicy", "promote-model-caller-policy")
    assert policy.name == "promotions-promote-model-caller-policy"
    assert policy.inputs["role"] == "promote-model-0a1b2c3"
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == f"{FUNCTION}promotions-request-callback-0a1b2c3"


@pytest.mark.parametrize("function", ["decision-api", "sweep-reviews"])
def test_functions_that_decide_may_answer_it_and_read_its_history(
    example: Deployment, function: str
) -> None:
    policy = example.one("RolePolicy", f"promote-model-{function}-policy")
    assert policy.inputs["role"].startswith(f"promotions-{function}-")
    answer, look = policy.json("policy")["Statement"]
    assert answer["Resource"] == look["Resource"] == f"{CALLER}:*", "of any version"


def test_an_undelivered_request_may_fail_it(example: Deployment) -> None:
    policy = example.one("RolePolicy", "promote-model-report-undelivered-policy")
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Resource"] == f"{CALLER}:*"


def test_the_gate_receives_the_ends_of_its_executions(
    example: Deployment,
) -> None:
    assert example.one("EventRule", "promote-model-events").json("eventPattern") == {
        "source": ["aws.lambda"],
        "detail-type": ["Durable Execution Status Change"],
        "detail": {
            "durableExecutionArn": [{"prefix": f"{CALLER}:"}],
            "status": ["STOPPED", "FAILED", "TIMED_OUT", "SUCCEEDED"],
        },
    }
    target = example.one("EventTarget", "promote-model-events").inputs
    assert target["arn"] == f"{FUNCTION}promotions-close-review-0a1b2c3"
    assert target["inputPath"] == "$.detail"


def test_the_callback_outlasts_the_deadline(example: Deployment) -> None:
    function = example.one("Function", "promote-model").inputs
    seconds = int(function["environment"]["variables"]["SECONDS_TO_WAIT"])
    asking = example.one("Function", "request-review").inputs
    longest = int(asking["environment"]["variables"]["REVIEW_TIMEOUT_SECONDS"])
    assert longest < seconds < function["durableConfig"]["executionTimeout"]


def test_it_may_checkpoint_its_own_executions_only(example: Deployment) -> None:
    own, _logs = example.one("RolePolicy", "promote-model").json("policy")["Statement"]
    assert own["Resource"] == f"{CALLER}:*"


def test_the_example_includes_its_pinned_sdk() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html"""
    code = deploy("dev", program=PROGRAM).one("Function", "promote-model").inputs["code"]
    pinned = (ROOT / PROGRAM).with_name("requirements.txt").read_text().strip()
    name = pinned.partition("==")[0]
    assert pinned == f"{name}=={version(name)}"
    package = name.replace("-", "_")
    assert {file for file in code if not file.startswith(f"{package}/")} == {"promote_model.py"}
    bundled = {Path(file).relative_to(package).as_posix() for file in code if "/" in file}
    source = Path(importlib.import_module(package).__file__ or "").parent
    assert bundled == {file.relative_to(source).as_posix() for file in source.rglob("*.py")}
