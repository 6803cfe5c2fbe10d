"""Documents of the configuration keys are generated from, or compared with, their declarations."""

import ast
import re
from pathlib import Path

import pytest

from components import Settings
from components.settings.dataset_rules import DatasetRules
from components.settings.keys import Key, keys_of
from local.deployment import stages
from package.arguments import Arguments, key_of
from signoff.doctor.checks import parameters
from tests.components.deployments import ROOT
from tests.components.settings.documents import KEYS, docstring, project_file, table
from tests.golden import compare

SECRETS = {key.name for key in KEYS if key.secret}


def test_the_project_file_declares_the_keys(renew: bool) -> None:
    path = ROOT / "Pulumi.yaml"
    compare(path, project_file(path.read_text()), renew=renew)


def test_the_documentation_has_the_keys(renew: bool) -> None:
    path = ROOT / "docs" / "configuration.md"
    compare(path, table(path.read_text()), renew=renew)


def described_arguments() -> dict[str, str]:
    """The package's arguments and their docstrings, as Pulumi's analyzer finds them."""
    module = ast.parse(Path(ROOT, "package", "arguments.py").read_text())
    (arguments,) = [
        node
        for node in module.body
        if isinstance(node, ast.ClassDef) and node.name == Arguments.__name__
    ]
    found: dict[str, str] = {}
    for field, text in zip(arguments.body, arguments.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(text, ast.Expr)
            assert isinstance(text.value, ast.Constant)
            found[key_of(field.target.id)] = re.sub(r"\s+", " ", str(text.value.value))
    return found


# Keys of the workflow, not of the gate.
OF_THE_FLOW = (
    *(key.name for key in keys_of(DatasetRules)),
    *("alarmEmail", "alarmTopicArn"),
)
OF_THE_GATE = [key for key in KEYS if key.name not in OF_THE_FLOW]


def test_every_key_of_the_gate_is_an_argument_of_the_package() -> None:
    own = {"evidence", "stage", "protected"}
    assert set(described_arguments()) == {key.name for key in OF_THE_GATE} | own


@pytest.mark.parametrize("key", OF_THE_GATE, ids=lambda key: key.name)
def test_an_argument_of_the_package_has_the_description_of_its_key(key: Key) -> None:
    assert described_arguments()[key.name] == docstring(key)


def test_the_local_stack_has_its_own_value_for_every_secret() -> None:
    assert set(stages.SECRETS) == SECRETS


def test_doctor_checks_every_secret() -> None:
    assert {*parameters.KEYS.values(), parameters.ESCALATION_KEY} == SECRETS


def test_the_defaults_follow_the_rules() -> None:
    required = {"slackChannel": "#dev"}
    defaults = {key.name: key.default for key in KEYS if key.default is not None}
    assert Settings.parse({**defaults, **required}) == Settings.parse(required)
