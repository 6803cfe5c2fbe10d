"""A person with a forwarded or logged link decides, although reviewers are identified.

With a signing secret, Slack identifies reviewers, so links only show reviews, in every stage,
unless the configuration allows decisions by link.
"""

import pytest

from tests.components.deployments import BUTTONS, LINKS_TOO, STAGES, deploy, environment


@pytest.mark.parametrize("stage", STAGES)
def test_links_only_show_where_people_are_known(stage: str) -> None:
    assert environment(deploy(stage, BUTTONS), "decision_api")["LINKS_DECIDE"] == "false"


def test_a_stage_may_say_that_they_decide_all_the_same() -> None:
    assert environment(deploy("dev", LINKS_TOO), "decision_api")["LINKS_DECIDE"] == "true"


def test_a_host_of_the_gate_that_says_nothing_is_as_safe() -> None:
    host = deploy("dev", program="tests/components/foreign_host.py")
    assert environment(host, "decision_api")["LINKS_DECIDE"] == "false"
