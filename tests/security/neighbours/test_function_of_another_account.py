"""Another account lets Lambda assume one of Signoff's roles for its own function."""

import pytest
from ministack.core.iam_evaluator import (  # pyright: ignore[reportMissingTypeStubs]
    evaluate_resource_policy,  # pyright: ignore[reportUnknownVariableType]
)

from tests.components.deployments import EVERYTHING, deploy
from tests.policies.evaluation import request_by

SERVICE = "lambda.amazonaws.com"
OURS, THEIRS = "111111111111", "999999999999"
QUEUE_READER = "signoff-gate-channel-undelivered-role"


@pytest.mark.parametrize(("account", "taken"), [(OURS, True), (THEIRS, False), (None, False)])
def test_a_role_is_for_functions_of_its_own_account(account: str | None, taken: bool) -> None:
    deployment = deploy("dev", EVERYTHING)
    trusts = {
        role.name: statement
        for role in deployment.of_type("Role")
        for statement in role.json("assumeRolePolicy")["Statement"]
        if statement["Principal"] == {"Service": SERVICE}
    }
    assert len(trusts) == len([item for item in deployment.of_type("Function") if item.custom])
    conditions = {} if account is None else {"aws:sourceaccount": account}
    request = request_by(SERVICE, "sts:AssumeRole", "*", **conditions)
    for role, statement in trusts.items():
        trust = {"Statement": [{**statement, "Resource": "*"}]}
        answer = evaluate_resource_policy(trust, request, SERVICE)
        # AWS does not document a source account for the reader of a queue.
        reads_a_queue = account is None and role == QUEUE_READER
        assert (answer.decision == "Allow") is (taken or reads_a_queue), role
