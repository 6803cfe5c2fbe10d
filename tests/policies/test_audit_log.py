"""The audit log is append-only: no function can change, overwrite or delete entries.

PartiQL's INSERT fails for a key that exists; every other way to write could overwrite or delete.
"""

import pytest

from tests.components.deployments import EVERYTHING, ROOT, Deployment, deploy, functions_of
from tests.policies.documents import ACCOUNT, RECORD, REGION, TABLE, document
from tests.policies.evaluation import allowed_in_table

APPEND = {"dynamodb:PartiQLInsert"}
APPENDING = {
    "asker_api",
    "request_review",
    "notify_slack",
    "decision_api",
    "slack_interactions",
    "operator_api",
    "close_review",
    "sweep_reviews",
    "report_undelivered",
}
READ = {"dynamodb:Query"}
READING = {"operator_api", "slack_commands"}
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
MORE = {
    "asker_api": ["pin_evidence"],
    "request_review": ["pin_evidence"],
    "decision_api": ["answer_tasks", "link_to_evidence"],
    "slack_interactions": ["answer_tasks", "ask_slack"],
    "operator_api": ["answer_tasks", "ask_slack"],
    "sweep_reviews": ["sweep_tasks"],
    "report_undelivered": ["end_tasks"],
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_at_most_append_to_the_audit_log(function: str) -> None:
    role = [document(name) for name in (function, *MORE.get(function, []))]
    appending, reading = function in APPENDING, function in READING
    assert allowed_in_table(role, RECORD) == (APPEND if appending else set()) | (
        READ if reading else set()
    )


def test_the_workflow_cannot_reach_the_audit_log() -> None:
    assert allowed_in_table([document("state_machine"), document("caller")], RECORD) == set()
    assert allowed_in_table([document("schedule")], RECORD) == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_delete_or_replace_reviews(function: str) -> None:
    deleting = {"DeleteItem", "PutItem", "BatchWriteItem", "PartiQLDelete", "DeleteTable"}
    role = [document(name) for name in (function, *MORE.get(function, []))]
    allowed = allowed_in_table(role, TABLE)
    assert not allowed & {f"dynamodb:{action}" for action in deleting}


def roles_of(deployment: Deployment) -> dict[str, list[dict[str, object]]]:
    """The policies of each deployed role, by its physical name."""
    roles: dict[str, list[dict[str, object]]] = {
        f"{role.name}-0a1b2c3": [] for role in deployment.of_type("Role")
    }
    for item in deployment.of_type("RolePolicy"):
        roles[item.inputs["role"]].append(item.json("policy"))
    return roles


def test_every_deployed_role_may_at_most_append_to_the_audit_log() -> None:
    deployment = deploy("dev", EVERYTHING)
    name = f"{deployment.one('Table', 'reviews-audit-log').name}-0a1b2c3"
    audit_log = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    may = {role: allowed_in_table(known, audit_log) for role, known in roles_of(deployment).items()}
    appending, reading = (
        {
            item.inputs["role"].rsplit("/", 1)[-1]
            for function, item in functions_of(deployment).items()
            if function.removesuffix("_escalation").replace(
                "request_review_dataset", "request_review"
            )
            in names
        }
        for names in (APPENDING, READING)
    )
    # The second channel's notifier, and the request function of the dataset workflow.
    assert len(appending) == len(APPENDING) + 2
    assert len(reading) == len(READING)
    assert may == {
        role: (APPEND if role in appending else set()) | (READ if role in reading else set())
        for role in may
    }
