"""Runs Pulumi's CLI as people do: a clone of the project, a file backend, a passphrase."""

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
# What `pulumi up` needs of the repository.
PROGRAM = ("__main__.py", "components", "lambdas", "policies", "Pulumi.yaml")
STAGES = ("dev", "uat", "prod")
# The commands that read the stage's file.
READING = ("config", "preview", "up", "refresh")
SECONDS = 240
# How package managers reach their registries from this machine, where it needs to be said.
REACHING = ("http", "no_proxy", "node_", "npm_", "pip_", "ssl_")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command said, on both streams, and how it ended."""

    said: str
    status: int

    def lines(self) -> list[str]:
        """What it said, line by line, without what surrounds it."""
        return [line.strip() for line in self.said.splitlines() if line.strip()]

    def errors(self) -> list[str]:
        """What it complained about, as the user reads it."""
        complaint = "error: "
        shown = [line.removeprefix(complaint) for line in self.lines() if complaint in line[:7]]
        # What Pulumi itself adds to whatever a program has to say.
        return [line for line in shown if not line.startswith("an unhandled error occurred")]

    def violations(self) -> list[tuple[str, str, str, str]]:
        """What a policy pack found: how serious, which policy, which resource, the words."""
        found = r"- \[(\w+)\]  (\S+)  \(\S+: (\S+)\)\n.*\n +(.*)\n"
        return re.findall(found, self.said)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an update would do to one resource."""

    operation: str
    kind: str
    name: str
    component: bool
    properties: Sequence[str]

    def __str__(self) -> str:
        """One line for people."""
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
        """Run a command, which has to succeed, or to fail where it is to be refused."""
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
        answer = Answer(said=done.stdout, status=done.returncode)
        assert (answer.status != 0) is refused, answer.said
        return answer

    def on(self, *words: str, refused: bool = False) -> Answer:
        """Run a command on this stack."""
        file = ("--config-file", str(self.file)) if words[0] in READING else ()
        return self.pulumi(*words, "--stack", self.name, *file, refused=refused)

    def json(self, *words: str) -> Any:
        """Run a command on this stack that answers in JSON."""
        said = self.on(*words, "--json").said
        return json.loads(said[said.index("{") :])

    def set(self, key: str, value: str, *options: str) -> None:
        """Set a configuration key of the project."""
        self.on("config", "set", *options, f"signoff:{key}", value)

    def secret(self, key: str, value: str) -> None:
        """Set a secret one."""
        self.set(key, value, "--secret")

    def up(self, *options: str, refused: bool = False) -> Answer:
        """Deploy."""
        return self.on("up", "--yes", "--skip-preview", *options, refused=refused)

    def preview(self) -> list[dict[str, Any]]:
        """What an update would do, a step for each resource."""
        return self.json("preview", "--show-sames")["steps"]

    def changes(self) -> list[Change]:
        """What an update would change, sorted."""
        return sorted(map(_change, filter(_changes, self.preview())), key=str)

    def with_settings(self, file: Path) -> Stack:
        """Give the same stack with settings that can be changed without changing its own."""
        shutil.copy(self.file, file)
        return replace(self, settings=file)

    def resources(self) -> list[dict[str, Any]]:
        """All resources of the state."""
        state = json.loads(self.on("stack", "export").said)
        return state["deployment"].get("resources", [])

    def environment(self, *programs: Path) -> dict[str, str]:
        """What commands run in, with further folders of programs."""
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
    """Copy the program and the stages' files, as a clone of the repository has them."""
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
