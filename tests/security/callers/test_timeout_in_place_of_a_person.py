"""A caller keeps a request from its reviewers, or just waits, to get an approval by timeout."""

import pytest

from components import (
    DecisionRules,
    GateRules,
    ImpossibleRulesError,
    SlackConnection,
    TimeRules,
)
from tests.components.deployments import WEBHOOK


@pytest.mark.parametrize(
    "rules",
    [
        DecisionRules(),
        DecisionRules(require_verified_reviewer=True),
        DecisionRules(require_verified_reviewer=False, reviewers=("U012ABCDEF",)),
        DecisionRules(require_verified_reviewer=False, required_approvals=2),
    ],
    ids=["the default", "known people", "a list", "a quorum"],
)
def test_a_timeout_cannot_approve_if_an_identity_is_required(rules: DecisionRules) -> None:
    with pytest.raises(ImpossibleRulesError, match="a timeout has no identity"):
        _gate(rules, on_timeout="approve")
    assert _gate(rules, on_timeout="reject").times.on_timeout == "reject"


def _gate(rules: DecisionRules, on_timeout: str) -> GateRules:
    return GateRules(
        slack=SlackConnection(channel="#payouts", webhook_url=WEBHOOK, signing_secret="secret"),
        decisions=rules,
        times=TimeRules(on_timeout=on_timeout),
    )
