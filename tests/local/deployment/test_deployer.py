"""Stages can be deployed repeatedly, each in its own short-lived process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.keys import Keys
from local.deployment.deployer import Deployer, running_deployer
from local.deployment.stages import Stage
from local.errors import LocalError
from tests.local.processes import runs
from tests.local_stack import eventually

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PROGRAM = """
import os, pulumi
pulumi.export("pid", os.getpid())
pulumi.export("name", pulumi.get_stack())
print("words of", pulumi.get_stack())
"""
FAILS_WHEN_THE_OTHER_RUNS = """
import os, pathlib, pulumi, time
other = pathlib.Path("other")
if pulumi.get_stack() == "other":
    other.with_suffix(".new").write_text(str(os.getpid()))
    other.with_suffix(".new").rename(other)
    time.sleep(600)
while not other.exists():
    time.sleep(0.01)
pulumi.Config().require("nothing")
"""

Deploy = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def deployer(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployer]:
    with running_deployer(tmp_path_factory.mktemp("deployer") / "deployer.log") as running:
        yield running


@pytest.fixture
def deploy(deployer: Deployer, tmp_path: Path) -> Deploy:
    """Deploy a program as stages of these names, without a cloud."""

    def root_of(account: str) -> Keys:
        return Keys(account, "any")

    def run(program: str, *names: str) -> dict[str, Any]:
        (tmp_path / "__main__.py").write_text(program)
        stages = [
            Stage(
                name=name,
                account="111111111111",
                project="toy",
                secret_keys=frozenset(),
                settings={},
                provider={"aws:region": "eu-central-1"},
            )
            for name in names
        ]
        return deployer.deploy(tmp_path, stages, "http://127.0.0.1:9", root_of, tmp_path)

    return run


def test_each_stage_has_its_own_process_outputs_and_log(deploy: Deploy, tmp_path: Path) -> None:
    first, again = deploy(PROGRAM, "one", "two"), deploy(PROGRAM, "one")
    assert list(first) == ["one", "two"]
    assert [outputs["name"] for outputs in first.values()] == ["one", "two"]
    assert len({outputs["pid"] for outputs in (*first.values(), *again.values())}) == 3
    assert (tmp_path / "deploy-two.log").read_text() == "words of two\n"


def test_the_first_failure_is_reported_and_ends_the_other_deployments(
    deploy: Deploy, tmp_path: Path
) -> None:
    with pytest.raises(LocalError, match=r"^one: (.|\n)*'toy:nothing'(.|\n)*deploy-one\.log\)$"):
        deploy(FAILS_WHEN_THE_OTHER_RUNS, "one", "other")
    other = int((tmp_path / "other").read_text())
    eventually(lambda: not runs(other), "the end of the other's process")


def test_a_program_that_exits_early_is_reported_with_its_log(deploy: Deploy) -> None:
    with pytest.raises(
        LocalError, match=r"^one: the deployment stopped unexpectedly \(see .*one\.log\)$"
    ):
        deploy("import os; os._exit(0)", "one")
