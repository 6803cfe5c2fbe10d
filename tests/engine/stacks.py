"""Runs Pulumi's CLI with a clone of the project, a file backend and a passphrase."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / ".local" / "engine"
PACK = ROOT / "policies" / "pack"
# Files of the repository that `pulumi up` needs.
PROGRAM = ("__main__.py", "components", "lambdas", "policies", "Pulumi.yaml")
STAGES = ("dev", "uat", "prod")
# Commands that read the stage's file.
READING = ("config", "preview", "up", "refresh")
SECONDS = 240
# Settings of package managers for reaching their registries from this machine.
REACHING = ("http", "no_proxy", "node_", "npm_", "pip_", "ssl_")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Output and exit status of a command."""

    output: str
    status: int

    def lines(self) -> list[str]:
        """Lines of the output without surrounding whitespace."""
        return [line.strip() for line in self.output.splitlines() if line.strip()]

    def errors(self) -> list[str]:
        """Error messages, as shown to the user."""
        complaint = "error: "
        shown = [line.removeprefix(complaint) for line in self.lines() if complaint in line[:7]]
        # Lines that Pulumi adds to a program's errors.
        return [line for line in shown if not line.startswith("an unhandled error occurred")]

    def violations(self) -> list[tuple[str, str, str, str]]:
        """Policy violations: level, policy, resource, message."""
        found = r"- \[(\w+)\]  (\S+)  \(\S+: (\S+)\)\n.*\n +(.*)\n"
        return re.findall(found, self.output)


@dataclass(frozen=True, kw_only=True)
class Change:
    """Planned change of one resource."""

    operation: str
    kind: str
    name: str
    component: bool
    properties: Sequence[str]

    def __str__(self) -> str:
        """Describe the change in one line."""
        properties = f" ({', '.join(self.properties)})" if self.properties else ""
        return f"{self.operation} {self.kind} {self.name}{properties}"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stage of the project in one folder, in a backend; providers are attached by their port."""

    name: str
    folder: Path
    home: Path
    providers: str
    umask: int = -1
    settings: Path | None = None

    @property
    def file(self) -> Path:
        """The stage's file."""
        return self.settings or self.folder / f"Pulumi.{self.name}.yaml"

    def pulumi(self, *words: str, refused: bool = False) -> Answer:
        """Run a command that must succeed, or fail if `refused`."""
        done = subprocess.run(
            [ENGINE / "pulumi", "--non-interactive", *words],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            umask=self.umask,
        )
        answer = Answer(output=done.stdout, status=done.returncode)
        assert (answer.status != 0) is refused, answer.output
        return answer

    def on(self, *words: str, refused: bool = False) -> Answer:
        """Run a command on this stack."""
        file = ("--config-file", str(self.file)) if words[0] in READING else ()
        return self.pulumi(*words, "--stack", self.name, *file, refused=refused)

    def json(self, *words: str) -> Any:
        """Run a command on this stack and parse its JSON output."""
        output = self.on(*words, "--json").output
        return json.loads(output[output.index("{") :])

    def set(self, key: str, value: str, *options: str) -> None:
        """Set a configuration key of the project."""
        self.on("config", "set", *options, f"signoff:{key}", value)

    def secret(self, key: str, value: str) -> None:
        """Set a secret configuration key of the project."""
        self.set(key, value, "--secret")

    def up(self, *options: str, refused: bool = False) -> Answer:
        """Deploy."""
        return self.on("up", "--yes", "--skip-preview", *options, refused=refused)

    def preview(self) -> list[dict[str, Any]]:
        """Return the steps of an update, one per resource."""
        return self.json("preview", "--show-sames")["steps"]

    def changes(self) -> list[Change]:
        """Return the changes of an update, sorted."""
        return sorted(map(_change, filter(_changes, self.preview())), key=str)

    def with_settings(self, file: Path) -> Stack:
        """Return the stack with a copy of its settings."""
        shutil.copy(self.file, file)
        return replace(self, settings=file)

    def resources(self) -> list[dict[str, Any]]:
        """Return all resources of the state."""
        state = json.loads(self.on("stack", "export").output)
        return state["deployment"].get("resources", [])

    def environment(self, *programs: Path) -> dict[str, str]:
        """Return the environment of commands, with additional folders on the PATH."""
        backend = self.home / "backend"
        backend.mkdir(parents=True, exist_ok=True)
        return {
            **{name: os.environ[name] for name in os.environ if name.lower().startswith(REACHING)},
            "PATH": os.pathsep.join(map(str, (*programs, ENGINE, os.environ["PATH"]))),
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home / "pulumi"),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_CONFIG_PASSPHRASE": "known to the tests",
            "PULUMI_DEBUG_PROVIDERS": self.providers,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "NO_COLOR": "1",
        }


def clone_into(folder: Path) -> Path:
    """Copy the program and the stages' files, as in a clone of the repository."""
    folder.mkdir(parents=True)
    for name in (*PROGRAM, *(f"Pulumi.{stage}.yaml" for stage in STAGES)):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "pack")
            )
        else:
            shutil.copyfile(source, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


def _changes(step: Mapping[str, Any]) -> bool:
    return step["op"] not in ("same", "read")


def _change(step: Mapping[str, Any]) -> Change:
    _, _, kind, name = step["urn"].split("::")
    return Change(
        operation=step["op"],
        kind=kind.rsplit(":", 1)[-1],
        name=name,
        component=not (step.get("newState") or step["oldState"])["custom"],
        properties=sorted(step.get("diffReasons") or ()),
    )
