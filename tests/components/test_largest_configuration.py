"""Every valid configuration can be deployed: no environment exceeds Lambda's limit."""

import json
from typing import Any

import pytest

from components import Settings, SettingsError
from components.settings.decision_rules import FILE
from tests.components.deployments import Deployment, Resource, deploy
from tests.components.settings.documents import KEYS

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_BYTES = 4096
# A letter of four bytes in UTF-8, and of twelve where JSON escapes it.
LETTER = "\U00020000"
URL = "https://hooks.slack.com/"


def arn(number: int, longer: int = 0) -> str:
    return f"arn:{'aws':a<23}:iam::{number:012}:user/{'p' * (510 + longer)}/{'n' * 64}"


def function(longer: int) -> str:
    """The ARN of a version with the longest names."""
    names = f"{'r' * 40}:{0:012}:function:{'f' * 64}:{'v' * (128 + longer)}"
    return f"arn:{'aws':a<23}:lambda:{names}"


def limits() -> dict[str, tuple[Any, Any]]:
    """The largest value of each key whose values differ in size, and one that is too large."""
    emails = [f"{number:03}{'e' * 61}@{'e' * 63}.{'e' * 63}.{'e' * 61}" for number in range(51)]
    numbers = [f"+49{number:013}" for number in range(51)]
    seconds = [f"{31_449_599 - number}s" for number in range(11)]
    people = [f"U{number:020}" for number in range(201)]
    reviewers = ["S" + "0" * 20, *map(arn, range(200))]
    return {
        "slackChannel": (f"#{LETTER * 80}", f"#{LETTER * 81}"),
        "slackBotToken": ("xoxb-" + "1" * 250, "xoxb-" + "1" * 251),
        "slackChannelId": ("C" + "0" * 20, "C" + "0" * 21),
        "slackWebhookUrl": (f"{URL:x<2048}", f"{URL:x<2049}"),
        "slackSigningSecret": ("s" * 256, "s" * 257),
        "slackTeamId": ("T" + "0" * 20, "T" + "0" * 21),
        "slackApiUrl": (f"{URL:x<2048}", f"{URL:x<2049}"),
        "escalationSlackWebhookUrl": (f"{URL:x<2048}", f"{URL:x<2049}"),
        "reviewers": (reviewers[:200], reviewers),
        "identities": (
            {person: [arn(10 * n + k) for k in range(10)] for n, person in enumerate(people[:200])},
            {person: [arn(n)] for n, person in enumerate(people)},
        ),
        "flagColumn": (LETTER * 60, LETTER * 61),
        "checkFunctionArn": (function(0), function(1)),
        "requiredApprovals": ("10", "11"),
        "reviewTimeout": ("31449600s", "31449601s"),
        "keepReviews": ("315619200s", "315619201s"),
        "remindBefore": (seconds[:10], seconds),
        "escalateBefore": ("31449599s", "31449601s"),
        "notifyEmails": (emails[:50], emails),
        "notifySmsNumbers": (numbers[:50], numbers),
    }


LIMITS = limits()
WORDS = {"slackDelivery", "onTimeout", "linkShortener", "logRetentionDays", "anomalyThreshold"}
TOPICS = {"alarmTopicArn"}  # in place of alarmEmail
TRUTHS = {"allowSelfApproval", "requireVerifiedRequester", "requireVerifiedReviewer", "sampleData"}
LARGEST: dict[str, Any] = {
    **{key: largest for key, (largest, _) in LIMITS.items()},
    "linkShortener": "builtin",
    "onTimeout": "reject",
    "alarmEmail": LIMITS["notifyEmails"][0][0],
}
GATE = "tests/components/largest_gate.py"
UNCONNECTED = {"slackBotToken": "", "slackWebhookUrl": ""}


def test_the_largest_value_of_every_key_is_covered() -> None:
    assert {key.name for key in KEYS} == {*LARGEST} | WORDS | TRUTHS | TOPICS


@pytest.mark.parametrize("key", LIMITS)
def test_a_larger_value_is_rejected(key: str) -> None:
    assert Settings.parse({"slackChannel": "#dev", **LARGEST})
    with pytest.raises(SettingsError, match=f"{key} must "):
        Settings.parse({**LARGEST, key: LIMITS[key][1]})


@pytest.mark.parametrize("reviewer", [arn(1, longer=1), "arn:" + "aws" + "a" * 21 + arn(1)[27:]])
def test_a_longer_reviewer_is_rejected(reviewer: str) -> None:
    with pytest.raises(SettingsError, match="reviewers must hold Slack user ids"):
        Settings.parse({**LARGEST, "reviewers": [reviewer]})


def size(function: Resource) -> int:
    """The size as Lambda measures it: its error shows the variables as JSON ("String measured")."""
    variables: dict[str, Any] = function.inputs["environment"]["variables"]
    return len(json.dumps(variables, separators=(",", ":")))


@pytest.mark.parametrize(
    ("program", "connection"),
    [("__main__.py", {}), (GATE, {}), (GATE, UNCONNECTED)],
    ids=["a stage", "a gate", "an unconnected gate"],
)
def test_the_largest_configuration_fits_into_the_functions(
    program: str, connection: dict[str, str]
) -> None:
    config = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in (LARGEST | connection).items()
    }
    deployment = deploy("dev", config, program=program)
    assert deployment.error is None
    sizes = {it.name: size(it) for it in deployment.of_type("Function") if it.custom}
    assert len(sizes) >= 9
    assert {name: bytes_ for name, bytes_ in sizes.items() if bytes_ >= MOST_BYTES} == {}


def source(function: Resource) -> str:
    """The handler's module."""
    module = function.inputs["handler"].rpartition(".")[0]
    return function.inputs["code"][f"{module.replace('.', '/')}.py"]


def test_only_functions_that_read_the_lists_of_people_have_them(buttons: Deployment) -> None:
    functions = [it for it in buttons.of_type("Function") if it.custom]
    having = {it.name for it in functions if FILE in it.inputs["code"]}
    reading = {it.name for it in functions if "Identities.of_the_stage(" in source(it)}
    assert having == reading != set()
