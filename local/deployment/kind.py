"""What can be said of a type of AWS resources: its names, and the calls that make one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping


@dataclass(frozen=True)
class Call:
    """An operation of AWS, as a method of its client, and where it takes the inputs.

    `names` maps an input to its parameter, where they differ by more than case. A dot in an input
    leads into a block; one in a parameter wraps what the input says: `{"tags": "Tagging.TagSet"}`.
    `constants` are parameters that no input sets.
    """

    method: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    constants: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def named_inputs(self) -> frozenset[str]:
        """The inputs that `names` mentions."""
        return frozenset(path.split(".")[0] for path in self.names)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A resource type. Inputs and outputs are named as Pulumi's engine names them: camelCase.

    `naming` is the input that has the physical name, which Pulumi makes up where the program does
    not set it; `longest` how many characters AWS accepts there. The templates `id` and `outputs`
    may use inputs, `{physical}`, `{region}` with its `{partition}` and the `{suffix}` of host names
    there, `{account}`, and `{serial}`: what AWS makes up.
    `fixed` are the inputs whose change replaces the resource, `renewed` the outputs that every
    update changes.

    `call`, and then each of `more` that has an input to take, make one through this `client` of
    `local.cloud.account.Account`. `answers` has what the first call's answer knows better than the
    templates: an output, `id` or `serial`, and the member. `rewritten` inputs have another form
    in the calls, `ignored` ones no effect on the local stack.
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
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    rewritten: Mapping[str, Callable[[Any], object]] = field(
        default_factory=dict[str, "Callable[[Any], object]"]
    )
    ignored: frozenset[str] = frozenset()

    def physical_name(self, logical_name: str, inputs: Mapping[str, object], suffix: str) -> str:
        """Name a resource as Pulumi does: as the inputs say, or with a suffix.

        https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
        """
        prefix = inputs.get(f"{self.naming}Prefix", f"{logical_name}-")
        return str(inputs.get(self.naming) or f"{prefix}{suffix}")

    def identity(
        self, inputs: Mapping[str, object], physical: str, *, region: str, account: str, serial: str
    ) -> tuple[str, dict[str, object]]:
        """Give a resource's id and its outputs, those apart that are renewed."""
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
        """Give the calls that make a resource, in their order, each with the inputs it takes."""
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
    """Give a region's partition, and what its host names end with."""
    session = botocore.session.get_session()
    name = session.get_partition_for_region(region)
    [outputs] = [
        it["outputs"] for it in session.get_data("partitions")["partitions"] if it["id"] == name
    ]
    return {"partition": name, "suffix": outputs["dnsSuffix"]}
