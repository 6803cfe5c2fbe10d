"""Runs a Pulumi program in this process, on Pulumi's test runtime."""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi.runtime import run_in_stack, set_all_config, set_mocks
from pulumi.runtime.settings import set_root_resource

from local.deployment.monitor import DeployingMonitor, Resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.deployment.monitor import Make


@dataclass(frozen=True, kw_only=True)
class Program:
    """A project folder's program with a stack's configuration."""

    root: Path
    project: str
    stack: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]

    def run(self, make: Make) -> dict[str, object]:
        """Run the program, create its resources with `make`, and return the stack's outputs.

        Can run once per process. Raises what the program or `make` raises.
        """
        os.chdir(self.root)  # archives use relative paths, as with `pulumi up`
        sys.path.insert(0, str(self.root))
        return asyncio.run(self._run(make))

    async def _run(self, make: Make) -> dict[str, object]:
        resources = Resources(make)
        monitor = DeployingMonitor(resources)
        set_all_config(dict(self.config), list(self.secret_keys))
        set_mocks(resources, project=self.project, stack=self.stack, preview=False, monitor=monitor)
        # Clear the mocks' stack; run_in_stack creates the one for exports.
        set_root_resource(None)  # pyright: ignore[reportArgumentType]
        await run_in_stack(self._execute)
        return monitor.stack_outputs()

    def _execute(self) -> None:
        runpy.run_path(str(self.root / "__main__.py"), run_name="__main__")
