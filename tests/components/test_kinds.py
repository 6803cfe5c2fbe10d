"""The local stack's table of AWS types matches the SDK of programs."""

import inspect
from typing import Any

import pulumi_aws
import pytest

from local.deployment.kind import Kind
from local.deployment.kinds import KINDS

# Some of the SDK's modules cause warnings about others.
pytestmark = pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning")


@pytest.mark.parametrize(("token", "kind"), KINDS.items(), ids=KINDS)
def test_the_inputs_and_outputs_of_a_kind_exist_in_the_sdk(token: str, kind: Kind) -> None:
    _, path, name = token.split(":")
    service = {"lambda": "lambda_"}.get(path.split("/")[0], path.split("/")[0])
    made: Any = getattr(getattr(pulumi_aws, service), name)
    inputs = set(map(_camel_case, inspect.signature(made._internal_init).parameters))
    properties = {_camel_case(name) for name, _ in inspect.getmembers(made, _is_property)}

    named = {*([kind.naming] if kind.naming else [])}
    taken = {name for call in (kind.call, *kind.more) for name in call.named_inputs}
    assert {*kind.fixed, *kind.ignored, *kind.rewritten, *named, *taken} <= inputs
    assert {*kind.outputs, *kind.renewed} <= properties
    assert {*kind.from_response} <= {"id", "serial", *kind.outputs, *kind.renewed}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _is_property(value: object) -> bool:
    return isinstance(value, property)
