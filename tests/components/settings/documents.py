"""Documents generated from the declarations of the configuration keys."""

import json
import re
from typing import Any

import yaml

from components.settings.keys import Key, keys_of
from components.settings.settings import Settings

KEYS = tuple(keys_of(Settings))


def project_file(current: str) -> str:
    """`Pulumi.yaml` with its last part, `config:`, regenerated.

    Only strings have a type. The engine accepts a typed list only from the stage's file, not as
    JSON from the command line, and rejects invalid values before the program can report the reason.
    Likewise, all keys have a default, and none is marked as a secret: the engine would then require
    it in every stage.
    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/config.go
    """
    head, config, _ = current.partition("config:\n")
    declared = {key.name: _declared(key) for key in KEYS}
    return head + config + _indented(_dumped(declared))


def _declared(key: Key) -> dict[str, Any]:
    default = "" if key.default is None else key.default
    text = {"type": "string"} if isinstance(default, str) else {}
    return {**text, "default": default, "description": key.about}


def _dumped(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=96)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def table(current: str) -> str:
    """docs/configuration.md with its table of keys regenerated, between the two comments."""
    rows = [f"| `{key.name}` | {_default(key)} | {key.about} |" for key in KEYS]
    lines = "\n".join(["| key | default | meaning |", "|---|---|---|", *rows])
    before, after = r"(<!-- Written by [^\n]+ -->\n)", r"(<!-- End of the keys. -->\n)"
    return re.sub(f"{before}.*?{after}", rf"\1\n{lines}\n\n\2", current, flags=re.DOTALL)


def _default(key: Key) -> str:
    if key.default is None:
        return "required"
    if key.secret:
        return "unset (secret)"
    return f"`{_text(key.default)}`" if key.default != "" else "unset"


def _text(default: object) -> str:
    return default if isinstance(default, str) else json.dumps(default)


def docstring(key: Key) -> str:
    """The docstring of the package's argument: `about`, and what the schema has no field for.

    Pulumi reads the arguments from source, where nothing can be derived.
    """
    default = "" if key.default in (None, "", [], {}) else f" Default: `{_text(key.default)}`."
    return f"{key.about}{default}{' A secret.' if key.secret else ''}"
