"""Render `policies/NAME.json` by filling in ARNs.

The files are plain IAM documents with `${placeholders}`. A placeholder without a value, or a value
without a placeholder, is an error, so that neither typos nor leftovers reach AWS.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias, cast

import pulumi

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

FOLDER = Path(__file__).resolve().parents[2] / "policies"
# Lower case with underscores, so IAM's own variables (`${aws:PrincipalArn}`) do not match.
PLACEHOLDER = re.compile(r"\$\{([a-z_]+)\}")


class PolicyError(ValueError):
    """The values do not match the placeholders of the document."""


def load(name: str) -> Json:
    """The document in `policies/`, with placeholders."""
    return cast("Json", json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def placeholders(document: Json) -> set[str]:
    """The names of all placeholders in the document's strings."""
    if isinstance(document, str):
        return set(PLACEHOLDER.findall(document))
    children: Iterable[Json] = ()
    if isinstance(document, dict):
        children = document.values()
    elif isinstance(document, list):
        children = document
    return {name for child in children for name in placeholders(child)}


def fill(document: Json, values: Mapping[str, str | list[str]]) -> Json:
    """The document with all placeholders replaced.

    A placeholder that is the whole string may have several values.
    """
    match document:
        case str():
            whole = PLACEHOLDER.fullmatch(document)
            if whole and isinstance(several := values[whole[1]], list):
                return [*several]
            return PLACEHOLDER.sub(lambda found: str(values[found[1]]), document)
        case list():
            return [fill(item, values) for item in document]
        case dict():
            return {key: fill(value, values) for key, value in document.items()}
        case _:
            return document


def render(name: str, **values: pulumi.Input[str] | pulumi.Output[list[str]]) -> pulumi.Output[str]:
    """`policies/NAME.json` as JSON for AWS.

    Raises `PolicyError` if `values` are not exactly the document's placeholders.
    """
    document = load(name)
    wanted = placeholders(document)
    if missing := wanted - values.keys():
        raise PolicyError(f"policies/{name}.json needs values for {', '.join(sorted(missing))}")
    if unused := values.keys() - wanted:
        raise PolicyError(f"policies/{name}.json has no placeholder {', '.join(sorted(unused))}")

    def filled(known: Mapping[str, str | list[str]]) -> Json:
        return fill(document, known)

    return pulumi.Output.json_dumps(pulumi.Output.all(**values).apply(filled))


def account_of(arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """The account in `arn:aws:SERVICE:REGION:ACCOUNT:NAME`."""
    return arn.apply(lambda known: known.split(":")[4])


def executions_of(state_machine_arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """The prefix of the ARNs of a state machine's executions."""
    return state_machine_arn.apply(lambda arn: arn.replace(":stateMachine:", ":execution:"))
