"""Names chosen by a program are short enough for every derived name."""

import re
from collections.abc import Callable, Mapping

import pytest

from components import Stage
from components.callers.connections import Connections
from components.settings.names import (
    LONGEST_FLOW,
    LONGEST_GATE,
    LONGEST_POLICY,
    WrongNameError,
    check_name,
    policy_name,
)
from local.deployment.kinds import KINDS
from tests.components.conftest import VARIANTS
from tests.components.deployments import STAGES, Deployment, Resource, deploy

HOSTS = "tests/components/foreign_host.py"
GATE = "g" * LONGEST_GATE
FLOW = "f" * LONGEST_FLOW
SUFFIX = "0a1b2c3"
"""Seven characters, as Pulumi's."""
PREFIXED = "0" * 26
"""What the provider appends to a prefix."""


def accepted(rule: Callable[[str], object]) -> str:
    """The longest name of a connection that is accepted."""

    def takes(name: str) -> bool:
        try:
            return bool(rule(name))
        except WrongNameError:
            return False

    return max(filter(takes, ("c" * length for length in range(65))), key=len)


CONNECTION = accepted(lambda name: Connections(GATE).take("connect", name))


def longest(text: str, names: Mapping[str, str]) -> str:
    """The longest form of a name with the first of these prefixes."""
    for short, long in names.items():
        if re.search(rf"(^|/){short}(?=-|$)", text):
            return re.sub(rf"(^|/){short}(?=-|$)", rf"\g<1>{long}", text, count=1)
    return text


def physical(resource: Resource, names: Mapping[str, str]) -> str:
    """The longest name of the resource in AWS."""
    kind = KINDS[resource.type]
    inputs = {key: longest(str(value), names) for key, value in resource.inputs.items()}
    suffix = PREFIXED if f"{kind.naming}Prefix" in inputs else SUFFIX
    return kind.physical_name(longest(resource.name, names), inputs, suffix)


def lengths(deployment: Deployment, names: Mapping[str, str]) -> dict[str, int]:
    """The length of the longest name of each kind."""
    found: dict[str, int] = {}
    for resource in deployment.resources:
        if resource.custom and KINDS[resource.type].naming:
            length = len(physical(resource, names))
            found[resource.type] = max(found.get(resource.type, 0), length)
    return found


def too_long(found: Mapping[str, int]) -> dict[str, int]:
    return {kind: length for kind, length in found.items() if length > KINDS[kind].longest}


def exact(found: Mapping[str, int]) -> set[str]:
    return {kind.rsplit(":")[-1] for kind, length in found.items() if length == KINDS[kind].longest}


@pytest.mark.parametrize("config", VARIANTS.values(), ids=VARIANTS)
def test_all_names_of_the_longest_flow_are_valid_in_aws(config: dict[str, str]) -> None:
    found = lengths(deploy("dev", config), {"signoff-gate": GATE, "signoff": FLOW})
    assert len(found) > 12
    assert too_long(found) == {}


def test_the_name_of_a_gate_may_be_as_long_as_the_roles_allow() -> None:
    found = lengths(deploy("dev", program=HOSTS), {"payout-review": GATE})
    assert too_long(found) == {}
    assert exact(found) == {"Role"}


def test_the_name_of_a_connection_may_be_as_long_as_its_rule_allows() -> None:
    connections = {
        f"payout-review-{name}": f"{GATE}-{CONNECTION}" for name in ("loader", "refunds", "promote")
    }
    found = lengths(deploy("dev", program=HOSTS), {**connections, "payout-review": GATE})
    assert too_long(found) == {}
    assert exact(found) == {"Role", "EventRule", "EventTarget"}


def test_a_flow_may_have_a_gate_with_the_longest_name() -> None:
    assert len(f"{FLOW}-gate") == LONGEST_GATE


@pytest.mark.parametrize(
    "name", ["", "g" * 9, "1st", "-gate", "my gate", "gäte", "gate.one", "gate\n", "${gate}"]
)
def test_a_name_that_is_invalid_in_aws_is_rejected_with_its_rule(name: str) -> None:
    with pytest.raises(WrongNameError) as refused:
        check_name("the name of a gate", name, 8)
    assert str(refused.value).startswith(
        "the name of a gate must be at most 8 letters, digits, hyphens and underscores,"
        " starting with a letter, got "
    )


def test_a_name_within_its_limit_is_returned() -> None:
    assert check_name("the name of a gate", "My_gate1", 8) == "My_gate1"


def test_a_name_used_for_a_bucket_must_be_lower_case() -> None:
    with pytest.raises(WrongNameError, match="must be at most 8 lower-case letters, digits"):
        check_name("the name of a flow", "Flow", 8, letters="a-z")


@pytest.mark.parametrize("name", [f"{CONNECTION}c", "", "my loader", "1"])
def test_a_connection_with_an_invalid_name_is_rejected_with_its_limit(name: str) -> None:
    limit = f"the name of a connection must be at most {len(CONNECTION)} letters"
    with pytest.raises(WrongNameError, match=limit):
        Connections(GATE).take("connect", name)


def test_a_connection_has_one_name_for_both_halves() -> None:
    connections = Connections("gate")
    assert connections.take("allow", "loader") == "gate-loader"
    assert connections.take("connect", "loader") == "gate-loader"


def test_the_name_of_a_connection_must_be_unique() -> None:
    connections = Connections("gate")
    connections.take("allow", "loader")
    with pytest.raises(WrongNameError, match='must be unique in gate, got "loader" again'):
        connections.take("allow", "loader")


@pytest.mark.parametrize("name", ["", "Live Prod", "prod/eu"])
def test_a_stage_name_that_no_stack_can_have_is_rejected(name: str) -> None:
    with pytest.raises(WrongNameError, match="stage must be "):
        Stage(name=name, log_retention_days=30, protected=False)


def test_a_gate_with_a_too_long_name_is_rejected_with_its_limit() -> None:
    deployment = deploy("dev", {"gate": f"{GATE}g"}, program=HOSTS)
    limit = f"the name of a gate must be at most {LONGEST_GATE} letters"
    assert deployment.error is not None
    assert deployment.error.startswith(limit)


def test_the_longest_names_deploy() -> None:
    deployment = deploy("dev", {"gate": GATE, "connection": CONNECTION}, program=HOSTS)
    assert deployment.error is None


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("whose", ["operators", "askers"])
def test_the_names_of_policies_for_people_are_stable(stage: str, whose: str) -> None:
    (policy,) = [it for it in deploy(stage).of_type("Policy") if it.name.endswith(whose)]
    assert policy.inputs["name"] == f"signoff-{stage}-{whose}"
    assert "path" not in policy.inputs


def test_a_policy_name_is_valid_in_iam_or_the_stage_is_rejected() -> None:
    flow = "f" * LONGEST_FLOW
    fits = "s" * (LONGEST_POLICY - len(f"{flow}--operators"))
    assert len(policy_name(flow, fits, "operators")) == LONGEST_POLICY
    with pytest.raises(WrongNameError, match=r"operators .* must be at most 128"):
        policy_name(flow, f"{fits}s", "operators")
