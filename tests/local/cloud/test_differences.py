"""The deployed policies differ from the program's in only one known way."""

import json
from typing import Any

import pytest

from local.cloud import differences
from tests.policies.documents import NAMES, document, listed

ANSWER = "states:SendTaskSuccess"


def adapted(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.loads(differences.role_policy(json.dumps(policy)))["Statement"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_resource_of_the_task_actions_differs(name: str) -> None:
    original = document(name)
    deployed: dict[str, Any] = json.loads(differences.role_policy(json.dumps(original)))
    for statement in original["Statement"]:
        if all(action.startswith("states:SendTask") for action in listed(statement["Action"])):
            statement["Resource"] = "*"
    assert deployed == original


def test_task_actions_are_allowed_on_all_resources() -> None:
    statement = {
        "Sid": "Answer",
        "Effect": "Allow",
        "Action": [ANSWER, "states:SendTaskFailure"],
        "Resource": "arn:machine",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
    assert adapted(statement) == [{**statement, "Resource": "*"}]


def test_other_actions_of_the_same_statement_keep_their_resource() -> None:
    statement = {
        "Sid": "Both",
        "Effect": "Allow",
        "Action": ["states:DescribeExecution", ANSWER],
        "Resource": "arn:machine",
    }
    assert adapted(statement) == [
        {**statement, "Action": ["states:DescribeExecution"]},
        {**statement, "Sid": "BothAnywhere", "Action": [ANSWER], "Resource": "*"},
    ]


def test_a_deny_statement_stays_unchanged() -> None:
    statement = {"Effect": "Deny", "Action": ANSWER, "Resource": "arn:machine"}
    assert adapted(statement) == [statement]
