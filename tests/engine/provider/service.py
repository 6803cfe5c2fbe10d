"""The provider's protocol: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.deployment.kinds import KINDS
from tests.engine.provider.account import Account, Refused, unknown_outputs
from tests.engine.provider.values import UNKNOWN, Properties, differ, read, written

if TYPE_CHECKING:
    from collections.abc import Generator

# Names of inputs that the provider filled in, as stored by the real one.
DEFAULTS = "__defaults"
LARGEST = 400 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of the engine; `method` is `Create`, `Update`, `Delete` and so on."""

    method: str
    kind: str
    name: str
    urn: str


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the engine from an account, and records all calls in order."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.calls: list[Call] = []
        self._refusals: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def refuse(self, method: str, name: str, message: str) -> None:
        """Refuse this method for the resource of that logical name, until `accept_all`."""
        self._refusals[method, name] = message

    def accept_all(self) -> None:
        """Accept all calls again."""
        self._refusals.clear()

    def called(self, *methods: str) -> list[Call]:
        """Return the calls of these methods, in order."""
        return [call for call in self.calls if call.method in methods]

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=version("pulumi_aws"))

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Generate names for unnamed resources."""
        call = self._note("Check", request, context)
        inputs, before = read(request.news), read(request.olds)
        kind = KINDS[call.kind]
        naming = kind.naming
        if naming and naming not in inputs and f"{naming}Prefix" not in inputs:
            made_up = naming in _texts(before.get(DEFAULTS))
            fresh = kind.physical_name(call.name, inputs, secrets.token_hex(4)[:7])
            inputs[naming] = before[naming] if made_up else fresh
            inputs[DEFAULTS] = [naming]
        return provider_pb2.CheckResponse(inputs=written(inputs))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare old and new inputs."""
        call = self._note("Diff", request, context)
        before, after = read(request.old_inputs), read(request.news)
        ignored = {DEFAULTS, *request.ignoreChanges}
        changed = [
            key
            for key in sorted({*before, *after} - ignored)
            if differ(before.get(key), after.get(key))
        ]
        kind = KINDS[call.kind]
        replacing = [key for key in changed if key in {*kind.fixed, "region"}]
        named = kind.naming and kind.naming not in _texts(after.get(DEFAULTS))
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else None
        return provider_pb2.DiffResponse(
            changes=some or provider_pb2.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=replacing,
            # Two resources cannot have the same name at once.
            deleteBeforeReplace=bool(replacing and named and kind.naming not in replacing),
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        inputs = read(request.properties)
        if request.preview:
            outputs = unknown_outputs(request.type, inputs)
            return provider_pb2.CreateResponse(properties=written({**inputs, **outputs}))
        call = self._note("Create", request, context)
        with _refusals_as_errors(context):
            id_, made = self.account.create(call.urn, call.kind, inputs)
        return provider_pb2.CreateResponse(id=id_, properties=written(made.properties))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        call = self._note("Read", request, context)
        there = self.account.read(call.kind, request.id)
        if there is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, inputs=written(there.inputs), properties=written(there.properties)
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        inputs = read(request.news)
        if request.preview:
            before = read(request.olds)
            outputs = {
                key: UNKNOWN if key in KINDS[request.type].renewed else before[key]
                for key in unknown_outputs(request.type, inputs)
            }
            return provider_pb2.UpdateResponse(properties=written({**inputs, **outputs}))
        call = self._note("Update", request, context)
        with _refusals_as_errors(context):
            made = self.account.update(call.kind, request.id, inputs)
        return provider_pb2.UpdateResponse(properties=written(made.properties))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        call = self._note("Delete", request, context)
        with _refusals_as_errors(context):
            self.account.delete(call.kind, request.id)
        return Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Respond to a program's queries about its account."""
        self.calls.append(Call(method="Invoke", kind=request.tok, name="", urn=""))
        answers: dict[str, Properties] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": self.account.number},
            "aws:index/getRegion:getRegion": {"region": self.account.region},
        }
        if request.tok not in answers:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the tests do not know {request.tok}")
        answer: dict[str, Any] = {"return": written(answers[request.tok])}
        return provider_pb2.InvokeResponse(**answer)

    def _note(self, method: str, request: Any, context: Any) -> Call:
        call = Call(method=method, kind=request.type, name=request.name, urn=request.urn)
        with self._lock:
            self.calls.append(call)
        if call.kind not in KINDS:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                f"local/deployment/kinds.py has no row for {call.kind}",
            )
        if message := self._refusals.get((method, call.name)):
            context.abort(grpc.StatusCode.UNKNOWN, message)
        return call


@contextmanager
def serving(provider: Provider) -> Generator[int]:
    """Serve on a free port of this machine, and yield the port."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=16),
        options=[
            ("grpc.max_receive_message_length", LARGEST),
            ("grpc.max_send_message_length", LARGEST),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=None).wait()


@contextmanager
def _refusals_as_errors(context: Any) -> Generator[None]:
    try:
        yield
    except Refused as refused:
        context.abort(grpc.StatusCode.UNKNOWN, str(refused))


def _texts(value: object) -> list[str]:
    return cast("list[str]", value or [])
