"""The policy files, checked as in a security review."""

import json
import warnings
from typing import Any

import pytest

from components.functions import policy
from tests.policies.documents import NAMES, OF_RESOURCES, OF_ROLES, document, listed, statements

ONLY_ON_EVERYTHING = {
    "DeliverLogs": "log deliveries and resource policies do not belong to a log group",
    "SendTraces": "X-Ray does not support resource-level permissions",
}
# parliament follows the published authorization table literally. It lists `*` for SendTask*, though
# AWS honors the state machine's ARN, and it expects DescribeExecution for express executions too.
# It is older than durable functions.
_CALLBACKS = "lambda:SendDurableExecutionCallback"
ANSWER_FUNCTIONS = [f"{_CALLBACKS}Success", f"{_CALLBACKS}Failure"]
SEE_FUNCTIONS = ["lambda:GetDurableExecutionHistory"]
KNOWN_FINDINGS = {
    "operator": ["states:ListExecutions"],  # the linter knows it for map runs only
    "answer_tasks": ["states:SendTaskSuccess"],
    "sweep_tasks": ["states:SendTaskHeartbeat", "states:SendTaskSuccess"],
    "end_tasks": ["states:SendTaskSuccess"],
    "review_machine": ["logs:putresourcepolicy"],
    "answer_functions": [*ANSWER_FUNCTIONS, *SEE_FUNCTIONS],
    "sweep_functions": [*ANSWER_FUNCTIONS, f"{_CALLBACKS}Heartbeat", *SEE_FUNCTIONS],
    "end_functions": [f"{_CALLBACKS}Failure"],
    "state_machine": ["logs:putresourcepolicy"],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_has_the_current_version_and_descriptive_sids(name: str) -> None:
    assert document(name)["Version"] == "2012-10-17"
    sids = [statement["Sid"] for statement in statements(name)]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() and len(sid) > 8 for sid in sids)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_written_as_json_dumps_it(name: str) -> None:
    text = (policy.FOLDER / f"{name}.json").read_text()
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


@pytest.mark.parametrize("name", OF_ROLES)
def test_a_role_is_allowed_named_actions_only(name: str) -> None:
    for statement in statements(name):
        assert statement.keys() - {"Condition"} == {"Sid", "Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in listed(statement["Action"]))


@pytest.mark.parametrize("name", OF_ROLES)
def test_a_role_has_a_wildcard_resource_only_if_aws_has_nothing_narrower(name: str) -> None:
    for statement in statements(name):
        if "*" in listed(statement["Resource"]):
            assert statement["Sid"] in ONLY_ON_EVERYTHING
            services = {action.split(":")[0] for action in listed(statement["Action"])}
            assert services <= {"logs", "xray"}


@pytest.mark.parametrize("name", OF_ROLES)
def test_no_role_may_change_permissions_or_pass_roles(name: str) -> None:
    actions = {action for one in statements(name) for action in listed(one["Action"])}
    changing = {action for action in actions if action.startswith(("iam:", "sts:", "kms:"))}
    assert changing == ({"kms:Decrypt"} if name == "decrypt_evidence" else set())


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_a_resource_policy_has_a_principal_and_a_condition(name: str) -> None:
    for statement in statements(name):
        assert statement["Condition"]
        assert statement["Principal"] != "*" or statement["Effect"] == "Deny"


@pytest.mark.xdist_group("parliament")
@pytest.mark.parametrize("name", OF_ROLES)
def test_the_linter_finds_only_known_issues(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it leaves files open and has invalid escapes
        import parliament  # pyright: ignore[reportMissingTypeStubs]

    linted: Any = parliament.analyze_policy_string(
        json.dumps(document(name)), include_community_auditors=True
    )
    found = [action for finding in linted.findings for action in _actions(finding)]
    assert found == KNOWN_FINDINGS.get(name, [])


def _actions(finding: Any) -> list[str]:
    if finding.issue == "UNKNOWN_ACTION":
        return [finding.location["string"]]
    details = finding.detail or [{"action": action} for action in finding.location["actions"]]
    return [detail["action"] for detail in details]
