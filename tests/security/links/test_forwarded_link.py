"""A person with a forwarded or logged link decides, although reviewers are identified.

With a signing secret, Slack identifies reviewers, so links only show reviews, in every stage,
unless the configuration allows decisions by link.
"""

import pytest

from tests.components.deployments import BUTTONS, LINKS_TOO, STAGES, deploy, environment


@pytest.mark.parametrize("stage", STAGES)
def test_links_only_show_reviews_if_reviewers_are_identified(stage: str) -> None:
    assert environment(deploy(stage, BUTTONS), "decision_api")["LINKS_DECIDE"] == "false"


def test_a_stage_may_allow_decisions_by_link() -> None:
    assert environment(deploy("dev", LINKS_TOO), "decision_api")["LINKS_DECIDE"] == "true"


def test_links_of_a_gate_do_not_decide_by_default() -> None:
    host = deploy("dev", program="tests/components/foreign_host.py")
    assert environment(host, "decision_api")["LINKS_DECIDE"] == "false"
