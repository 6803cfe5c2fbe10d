"""Description of an AWS resource type: its names and the calls that create it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping


@dataclass(frozen=True)
class Call:
    """An AWS operation, as a client method, and its parameters.

    `names` maps inputs to parameters that differ in more than case. A dot in an input descends into
    a block; a dot in a parameter wraps the value: `{"tags": "Tagging.TagSet"}`. `constants` are
    parameters that no input sets.
    """

    method: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    constants: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def named_inputs(self) -> frozenset[str]:
        """The inputs in `names`."""
        return frozenset(path.split(".")[0] for path in self.names)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A resource type. Inputs and outputs are named as Pulumi's engine names them: camelCase.

    `naming` is the input with the physical name, which Pulumi generates by default; `longest` is
    AWS's maximum length. The templates `id` and `outputs` may use inputs, `{physical}`, `{region}`,
    its `{partition}` and `{suffix}` of host names, `{account}`, and `{serial}`, an id that AWS
    generates. Changing a `fixed` input replaces the resource; every update changes the `renewed`
    outputs.

    A resource is created by `call` and then by each of `more` with inputs, through this `client` of
    `local.cloud.account.Account`. `from_response` maps outputs, `id` or `serial` to members of the
    first response, which override the templates. `rewritten` inputs are converted for the calls;
    `ignored` inputs have no effect on the local stack.
    """

    naming: str = "name"
    longest: int = 0
    id: str = "{physical}"
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    client: str
    call: Call
    more: tuple[Call, ...] = ()
    from_response: Mapping[str, str] = field(default_factory=dict[str, str])
    rewritten: Mapping[str, Callable[[Any], object]] = field(
        default_factory=dict[str, "Callable[[Any], object]"]
    )
    ignored: frozenset[str] = frozenset()

    def physical_name(self, logical_name: str, inputs: Mapping[str, object], suffix: str) -> str:
        """Return the physical name: as set by the inputs, or auto-named as by Pulumi.

        https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
        """
        prefix = inputs.get(f"{self.naming}Prefix", f"{logical_name}-")
        return str(inputs.get(self.naming) or f"{prefix}{suffix}")

    def identity(
        self, inputs: Mapping[str, object], physical: str, *, region: str, account: str, serial: str
    ) -> tuple[str, dict[str, object]]:
        """Return a resource's id and its outputs, except the renewed ones."""
        words = {
            **inputs,
            "physical": physical,
            "region": region,
            **_partition(region),
            "account": account,
            "serial": serial,
        }
        outputs: dict[str, object] = {
            output: template.format_map(words) for output, template in self.outputs.items()
        }
        if self.naming:
            outputs[self.naming] = physical
        return self.id.format_map(words), outputs

    def calls(
        self, inputs: Mapping[str, object], physical: str
    ) -> Generator[tuple[Call, dict[str, object]]]:
        """Yield the calls that create a resource, in order, with their inputs."""
        named = {self.naming: physical} if self.naming else {}
        later = frozenset[str]().union(*(call.named_inputs for call in self.more))
        given = {
            key: self.rewritten[key](value) if key in self.rewritten else value
            for key, value in inputs.items()
            if key not in {*self.ignored, self.naming, f"{self.naming}Prefix"}
        }
        yield self.call, {**{key: given[key] for key in given.keys() - later}, **named}
        for call in self.more:
            if taken := {key: given[key] for key in given.keys() & call.named_inputs}:
                yield call, {**taken, **named}


@cache
def _partition(region: str) -> Mapping[str, str]:
    """Return a region's partition and DNS suffix."""
    session = botocore.session.get_session()
    name = session.get_partition_for_region(region)
    [outputs] = [
        it["outputs"] for it in session.get_data("partitions")["partitions"] if it["id"] == name
    ]
    return {"partition": name, "suffix": outputs["dnsSuffix"]}
