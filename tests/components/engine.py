"""Runs a Pulumi program against mocks that record everything it registers.

A process holds one program, so `run` is called once in each.
"""

import asyncio
import inspect
import logging
import os
import runpy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import pulumi
import pulumi_aws
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import mocks, rpc, run_in_stack, set_all_config, set_mocks
from pulumi.runtime.settings import set_root_resource

from local.deployment.kinds import KINDS

UNKNOWN = "<unknown>"
ACCOUNT = "111111111111"
REGION = "eu-central-1"
SECRET_KEYS = (
    "slackWebhookUrl",
    "slackSigningSecret",
    "slackBotToken",
    "escalationSlackWebhookUrl",
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A program, the stack and the configuration that it runs with."""

    root: str
    program: str
    stage: str
    config: dict[str, str]
    preview: bool
    region: str = REGION


class Cloud(mocks.Mocks):
    """Give resources names and ARNs as AWS would; in a preview they are unknown."""

    def __init__(self, preview: bool, region: str) -> None:
        self._preview = preview
        self._region = region

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        inputs = cast("dict[str, Any]", args.inputs)
        if self._preview or not args.custom:
            return "", inputs
        kind = KINDS[args.typ]
        id_, outputs = kind.identity(
            inputs,
            kind.physical_name(args.name, inputs, "0a1b2c3"),
            region=self._region,
            account=ACCOUNT,
            serial=f"{args.name}-0a1b2c3-id",
        )
        # A new value gets a new version.
        renewed = dict.fromkeys(kind.renewed, crc32(str(inputs.get("value")).encode()))
        return id_, {**outputs, **renewed, **inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"components make no invokes, but {args.token} was called")


class Monitor(mocks.MockMonitor):
    """Records registrations with what mocks do not see: secrets, protection, order."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.registered: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the protocol's name)
        response: Any = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            inputs = _deserialized(request.object)
            self.registered.append(
                {
                    "type": request.type,
                    "name": request.name,
                    "urn": response.urn,
                    "parent": request.parent,
                    "protect": request.protect,
                    "delete_timeout": request.customTimeouts.delete,
                    "delete_before_replace": request.deleteBeforeReplace,
                    "custom": request.custom,
                    "dependencies": list(request.dependencies),
                    "takes_tags": request.custom and _takes_tags(request.type),
                    "inputs": {key: _plain(value) for key, value in inputs.items()},
                    "secrets": [key for key, value in inputs.items() if _has_secret(value)],
                }
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if "pulumi:pulumi:Stack" in request.urn:
            self.outputs = _deserialized(request.outputs)
        return super().RegisterResourceOutputs(request)


def _deserialized(struct: Struct) -> dict[str, Any]:
    return dict(rpc.deserialize_properties(struct, keep_unknowns=True))


def _takes_tags(type_: str) -> bool:
    """Whether the resource type, such as `aws:s3/bucket:Bucket`, has an input for tags."""
    _, path, name = type_.split(":")
    service = path.split("/")[0]
    module = getattr(pulumi_aws, {"lambda": "lambda_"}.get(service, service))
    return "tags" in inspect.signature(getattr(module, name)._internal_init).parameters


def _has_secret(value: Any) -> bool:
    if rpc.is_rpc_secret(value):
        return True
    match value:
        case dict():
            return any(map(_has_secret, cast("dict[str, Any]", value).values()))
        case list():
            return any(map(_has_secret, cast("list[Any]", value)))
        case _:
            return False


def _plain(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    match value:
        case dict():
            # Their order differs between workers.
            items = sorted(cast("dict[str, Any]", value).items())
            return {key: _plain(item) for key, item in items}
        case list():
            return [_plain(item) for item in cast("list[Any]", value)]
        case pulumi.AssetArchive():
            return {path: _plain(asset) for path, asset in value.assets.items()}
        case pulumi.FileAsset():
            return _text(value.path)
        case pulumi.StringAsset():
            return value.text
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return UNKNOWN


@cache
def _text(path: str) -> str:
    return Path(path).read_text("utf-8")


def execute(run: Run) -> dict[str, Any]:
    """Run the program to its end: `resources`, `outputs`, `secret_outputs`, `warnings`, `error`."""
    os.chdir(run.root)
    return asyncio.run(_execute(run))


class Warnings(logging.Handler):
    """Collects the warnings that `pulumi up` would show."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


async def _execute(run: Run) -> dict[str, Any]:
    cloud = Cloud(run.preview, run.region)
    monitor = Monitor(cloud)
    warnings = Warnings()
    logger = logging.Logger("program")
    logger.addHandler(warnings)
    set_mocks(
        cloud,
        project="signoff",
        stack=run.stage,
        preview=run.preview,
        logger=logger,
        monitor=monitor,
    )
    # The mocks' own stack is already closed; run_in_stack opens one that accepts exports.
    set_root_resource(None)  # pyright: ignore[reportArgumentType]
    set_all_config(run.config, [f"signoff:{key}" for key in SECRET_KEYS])
    error = None
    try:
        await run_in_stack(lambda: _run_path(run.program))
    except pulumi.RunError as refused:
        error = str(refused)
    return {
        "resources": monitor.registered,
        "outputs": {key: _plain(value) for key, value in monitor.outputs.items()},
        "secret_outputs": [key for key, value in monitor.outputs.items() if _has_secret(value)],
        "warnings": warnings.texts,
        "error": error,
    }


def _run_path(program: str) -> None:
    runpy.run_path(program, run_name="__main__")
