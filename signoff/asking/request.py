"""A request, read from a file and from options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import MAX_LEVELS, check_depth, no_name_twice
from signoff.errors import WrongUsage
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN_KINDS = ("text", "number", "yes_no")


def from_file(file: BinaryIO) -> dict[str, Any]:
    """Read a request. Raises `WrongUsage` unless it is a JSON object."""
    name = line(file.name)
    try:
        request = json.loads(file.read(), object_pairs_hook=no_name_twice)
        check_depth("JSON", request)
    except RecursionError:
        raise WrongUsage(f"{name} must be nested at most {MAX_LEVELS} levels deep.") from None
    except InvalidInput as error:
        raise WrongUsage(f"{name} is not a valid request: {line(error)}.") from None
    except ValueError as error:
        raise WrongUsage(f"{name} is not valid JSON: {line(error)}") from None
    if not isinstance(request, dict):
        raise WrongUsage(f"{name} must be a JSON object with at least a title.")
    return cast("dict[str, Any]", request)


def questions(given: Sequence[str]) -> list[dict[str, Any]]:
    """Parse `NAME[:KIND]=LABEL`; the kind may be choices: `when:now|tonight=When?`.

    These questions are required. Raises `WrongUsage`.
    """
    return [_question(text) for text in given]


def _question(text: str) -> dict[str, Any]:
    head, equals, label = text.partition("=")
    name, colon, kind = head.partition(":")
    if not name or not equals or (colon and not kind):
        raise WrongUsage(f'--question must be NAME=LABEL or NAME:KIND=LABEL, got "{line(text)}".')
    asked = {"name": name, "label": label, "required": True}
    if "|" in kind:
        return {**asked, "kind": "choice", "choices": kind.split("|")}
    if colon and kind not in PLAIN_KINDS:
        raise WrongUsage(
            f"The kind of a question must be one of {', '.join(PLAIN_KINDS)},"
            f' or choices such as now|tonight, got "{line(kind)}".'
        )
    return {**asked, "kind": kind or "text"}
