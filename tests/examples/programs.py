"""Deployment of another team's Pulumi program into the embedded AWS."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from local.cloud.account import Account
from local.deployment.deployer import Deployer
from local.deployment.stages import Stage


def run_program(
    deployer: Deployer,
    program: Path,
    project: str,
    account: Account,
    config: Mapping[str, str],
    secret_keys: tuple[str, ...] = (),
) -> Mapping[str, str]:
    """Deploy the program in a folder and return its outputs. Keys omit the project."""
    stage = Stage(
        name="prod",
        account=account.number,
        project=project,
        secret_keys=frozenset(f"{project}:{key}" for key in secret_keys),
        settings=config,
        provider={"aws:region": account.region},
    )
    with TemporaryDirectory() as folder:
        done = deployer.deploy(
            program, [stage], account.cloud_url, lambda _: account.root, Path(folder)
        )
    return done[stage.name]
