"""What a stage consists of, written so that a change of the program shows itself in review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Options that a resource has only where the program says so.
OPTIONS = ("protect", "deleteBeforeReplace", "customTimeouts", "aliases", "retainOnDelete")


def described(steps: Iterable[Mapping[str, Any]]) -> str:
    """Describe the resources of a preview: types, names, parents, options and inputs.

    Names that Pulumi has made up are `<logical name>`; JSON in strings is spread out, archives
    are the names of their files, and their texts.
    """
    states = [step["newState"] for step in steps if ":providers:" not in step["urn"]]
    made_up = {
        state["inputs"][key]: f"<{_name(state['urn'])}>"
        for state in states
        for key in state.get("inputs", {}).get("__defaults", ())
    }
    resources = {
        f"{state['type'].rsplit(':', 1)[-1]} {_name(state['urn'])}": {
            "type": state["type"],
            **({"parent": _name(state["parent"])} if "parent" in state else {}),
            **{option: state[option] for option in OPTIONS if state.get(option)},
            **_inputs(state, made_up),
        }
        for state in states
    }
    return yaml.safe_dump(resources, width=100, allow_unicode=True, default_flow_style=None)


def _inputs(state: Mapping[str, Any], made_up: Mapping[str, str]) -> dict[str, Any]:
    inputs = {key: value for key, value in state.get("inputs", {}).items() if key != "__defaults"}
    return {"inputs": _readable(inputs, made_up)} if inputs else {}


def _readable(value: Any, made_up: Mapping[str, str]) -> Any:
    match value:
        case {"assets": _}:
            assets = cast("dict[str, dict[str, dict[str, Any]]]", value)["assets"]
            return [
                {name: _readable(asset["text"], made_up)} if "text" in asset else name
                for name, asset in sorted(assets.items())
            ]
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: _readable(item, made_up) for key, item in items}
        case list():
            return [_readable(item, made_up) for item in cast("list[Any]", value)]
        case str() if (document := _json(value)) is not None:
            return _readable(document, made_up)
        case str():
            for name, logical in made_up.items():
                value = value.replace(name, logical)
            return value
        case _:
            return value


def _json(text: str) -> Any:
    """Give the object or the list that the text is in JSON, if it is one."""
    try:
        return json.loads(text) if text.startswith(("{", "[")) else None
    except ValueError:
        return None


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]
