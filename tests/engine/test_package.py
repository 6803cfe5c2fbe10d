"""The gate's package for other languages: schema and error messages."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.package import clone_into, pretend_to_have_aws
from tests.engine.provider import serving
from tests.engine.stacks import Stack
from tests.golden import compare

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.engine.provider import Provider

SCHEMA = Path(__file__).with_name("golden_files") / "schema.json"


@pytest.fixture(scope="module")
def program(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """The example in YAML."""
    home = tmp_path_factory.mktemp("engine")
    package = clone_into(home / "clone")
    pretend_to_have_aws(home)
    folder = package.parent / "examples" / "yaml"
    with serving(provider) as port:
        stack = Stack(name="dev", folder=folder, home=home, providers=f"aws:{port}")
        stack.pulumi("stack", "init", "dev")
        stack.on("config", "set", "--secret", "slackWebhookUrl", "https://hooks.slack.com/x")
        yield stack


def test_the_package_schema_matches_its_golden_file(program: Stack, renew: bool) -> None:
    output = program.pulumi("package", "get-schema", "../../package").output
    schema, _ = json.JSONDecoder().raw_decode(output[output.index('{\n  "name"') :])
    compare(SCHEMA, json.dumps(schema, indent=2, ensure_ascii=False) + "\n", renew=renew)


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("reviewTimeout: 2h", "reviewTimeout: 2y", "reviewTimeout must be between 1s and 364d, "),
        ("reviewTimeout: 2h", "reviewers: [you]", "reviewers must hold Slack user ids "),
        ('"#approvals"', '""', "slackChannel must be # and a Slack channel name "),
        ("${slackWebhookUrl}", "ftp://canary", "slackWebhookUrl must be an https URL "),
        ("${slackWebhookUrl}", "${wrong}", "slackWebhookUrl must be an https URL "),
    ],
)
def test_an_invalid_argument_is_refused_with_its_rule(
    program: Stack, right: str, wrong: str, complaint: str
) -> None:
    folder = program.folder.with_name(f"wrong-{len(list(program.folder.parent.iterdir()))}")
    shutil.copytree(program.folder, folder)
    text = (folder / "Pulumi.yaml").read_text()
    assert right in text
    text += "variables:\n  wrong:\n    fn::secret: ftp://canary\n"
    (folder / "Pulumi.yaml").write_text(text.replace(right, wrong))

    output = replace(program, folder=folder).on("preview", refused=True).output

    assert complaint in output
    assert "canary" not in output
    assert "arguments.py" not in output
