"""Pulumi's test runtime, turned into an engine that makes resources for real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from pulumi.runtime import Mocks, rpc
from pulumi.runtime.mocks import MockMonitor

from local.errors import ResourceError

if TYPE_CHECKING:
    from google.protobuf.empty_pb2 import Empty
    from pulumi.runtime import MockCallArgs, MockResourceArgs
    from pulumi.runtime.proto.resource_pb2 import (
        ReadResourceRequest,
        ReadResourceResponse,
        RegisterResourceOutputsRequest,
        RegisterResourceRequest,
        RegisterResourceResponse,
    )

    from local.deployment.resources import Created

STACK = "pulumi:pulumi:Stack"

# Makes a resource of a type, with a logical name, from its inputs.
Make = Callable[[str, str, Mapping[str, object]], "Created"]


class Resources(Mocks):
    """Answers the program's registrations by making the resources."""

    def __init__(self, make: Make) -> None:
        self._make = make

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, object]]:
        """Make a resource; a component is nothing but its children."""
        if not args.custom:
            return "", {}
        inputs = cast("dict[str, object]", _plain(cast("object", args.inputs)))
        created = self._make(args.typ, args.name, inputs)
        return created.id, dict(created.outputs)

    def call(self, args: MockCallArgs) -> Any:
        """Refuse every invoke: the program takes account and region from its resources."""
        raise ResourceError(f"the local stack does not know the function {args.token}")


class DeployingMonitor(MockMonitor):
    """Refuses what the test runtime would let pass, and keeps the stack's outputs."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self._urns: set[str] = set()
        self._lock = threading.Lock()
        self._outputs: dict[str, object] = {}

    def RegisterResource(  # noqa: N802
        self, request: RegisterResourceRequest
    ) -> RegisterResourceResponse:
        """Register a resource once: no import, no remote component, no second one of its name."""
        if request.importId or request.remote:
            raise ResourceError(f"{request.type} {request.name}: the local stack cannot import it")
        if request.type != STACK:
            self._claim(self.make_urn(request.parent, request.type, request.name))
        return super().RegisterResource(request)

    def ReadResource(  # noqa: N802
        self, request: ReadResourceRequest
    ) -> ReadResourceResponse:
        """Refuse to look up what the program did not make."""
        raise ResourceError(f"{request.type} {request.name}: the local stack cannot read it")

    def RegisterResourceOutputs(  # noqa: N802
        self, request: RegisterResourceOutputsRequest
    ) -> Empty:
        """Keep what the stack exports."""
        if request.urn.split("::")[-2] == STACK:
            self._outputs = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)

    def stack_outputs(self) -> dict[str, object]:
        """Give the exports; a secret among them is a `ResourceError`."""
        for name, value in self._outputs.items():
            if _plain(value) != value:
                raise ResourceError(f"the stack output {name} is a secret")
        return self._outputs

    def _claim(self, urn: str) -> None:
        with self._lock:
            if urn in self._urns:
                raise ResourceError(f"two resources have the same name: {urn}")
            self._urns.add(urn)


def _plain(value: object) -> object:
    """Take the secret wrapping off, at any depth."""
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _plain(item) for key, item in entries.items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return value
