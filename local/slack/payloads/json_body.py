"""Parsing of untrusted JSON and forms."""

import json
from typing import Any
from urllib.parse import parse_qs

from local.slack.errors import Malformed, NotAnObject

JsonObject = dict[str, Any]

FORM = "application/x-www-form-urlencoded"


def read_object(raw: bytes) -> JsonObject:
    """Parse a JSON object.

    Serializing it again rejects what only `json.loads` accepts: lone surrogates, NaN, infinity.
    """
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed("the body must be JSON") from error
    if not isinstance(value, dict):
        raise NotAnObject("the body must be a JSON object")
    return value  # pyright: ignore[reportUnknownVariableType]


def read_payload(raw: bytes, content_type: str) -> JsonObject:
    """Parse a webhook's body: a JSON object, or a form whose `payload` field holds one."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        return read_object(raw)
    return read_object(read_form(raw).get("payload", "").encode())


def read_form(raw: bytes) -> dict[str, str]:
    """Parse a form; the first of repeated fields wins."""
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError as error:
        raise Malformed("the body must be a form in UTF-8") from error
    return {name: values[0] for name, values in fields.items()}
