"""Parse and validate requests. All untrusted input enters here.

Limits count characters, except for S3 keys and the context, which count bytes of UTF-8. Together
they keep a review's row below DynamoDB's 400 kB, and its announcement and answer below the 256 kB
of SNS and Step Functions, with any characters.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from unicodedata import normalize

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import (
    address,
    boolean,
    check_depth,
    duration,
    fields_of,
    integer,
    line,
    listed,
    named,
    number,
    object_key,
    one_of,
    paragraphs,
    printable,
    sha256,
    share,
    shown,
)
from lambdas.domain.review.request import Evidence, Fact, Gauge, Kind, Preview, Question, Request
from lambdas.domain.review.requester import requester
from lambdas.domain.review.text import likeness, visible

TITLE_LIMIT = 150
SUMMARY_LIMIT = 1000
FACTS = 10
FACT_LIMIT = 300
NAME_LIMIT = 60
GAUGE_NAME_LIMIT = 30
FILES = 5
FILE_NAME_LIMIT = 100
BUCKET_LIMIT = 63
KEY_LIMIT = 1024
"""Bytes, for S3 keys and version ids."""
UNVERSIONED = "null"
"""S3's version id for files written while the bucket has no versioning.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VersionSuspendedBehavior.html
"""
FILE_SIZE_LIMIT = 10**15
COLUMNS = 6
ROWS = 10
CELL_LIMIT = 100
"""6 columns of 11 rows then fit into a Slack table, which holds 10,000 characters."""
LINKS = 5
QUESTIONS = 5
CHOICES = 20
CHOICE_LIMIT = 75
"""Slack's limit for an option."""
REQUESTER_LIMIT = 80
CONTEXT_LIMIT = 32 * 1024
EXECUTION_LIMIT = 1024

STARTED_BY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
"""Step Functions' field for the parent of a nested execution.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
"""
_FIELDS = (
    "title",
    "summary",
    "facts",
    "gauge",
    "evidence",
    "preview",
    "links",
    "questions",
    "requested_by",
    "timeout",
    "context",
    STARTED_BY,
)
_FILE_FIELDS = ("bucket", "key", "version_id", "sha256", "name", "size")
_QUESTION_FIELDS = ("name", "label", "kind", "choices", "required")
_QUESTION_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_HALF = re.compile("[\ud800-\udfff]")
_TAKEN_NAMES = ("review", "reason")
"""Other fields of the decision form."""


def parse_request(value: Any, places: tuple[str, ...], longest: timedelta) -> Request:
    """Parse a request. Raises `InvalidInput` with the field, the rule and the value.

    `places` are the allowed locations of evidence, each a bucket with a key prefix:
    `bucket/incoming/`. `longest` is the maximum time to decide.
    """
    given = fields_of("the request", value, _FIELDS)
    asked_by = line("requested_by", given.get("requested_by", ""), REQUESTER_LIMIT)
    return Request(
        title=line("title", given.get("title"), TITLE_LIMIT, least=1),
        summary=paragraphs("summary", given.get("summary", ""), SUMMARY_LIMIT),
        facts=_facts(given.get("facts", {})),
        gauge=_gauge(given["gauge"]) if given.get("gauge") is not None else None,
        evidence=_evidence(given.get("evidence", []), places),
        preview=_preview(given["preview"]) if given.get("preview") is not None else None,
        links=_links(given.get("links", {})),
        questions=_questions(given.get("questions", [])),
        requested_by=requester(asked_by),
        timeout=duration("timeout", given["timeout"], longest) if "timeout" in given else None,
        context=given.get("context"),
        context_bytes=_context_bytes(given.get("context")),
        started_by=line(STARTED_BY, given.get(STARTED_BY, ""), EXECUTION_LIMIT),
    )


def _facts(value: Any) -> dict[str, Fact]:
    given = named("facts", value, FACTS)
    return {
        seen: _fact(f"facts.{name}", given[name], FACT_LIMIT)
        for name, seen in _names("facts", given).items()
    }


def _fact(name: str, value: Any, limit: int) -> Fact:
    """A number or a line of text. None becomes empty, booleans become text."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return line(name, value, limit) if isinstance(value, str) else number(name, value)


def _gauge(value: Any) -> Gauge:
    given = fields_of("gauge", value, ("name", "value", "limit"))
    return Gauge(
        value=share("gauge.value", given.get("value")),
        limit=share("gauge.limit", given.get("limit")),
        name=line("gauge.name", given.get("name", Gauge.name), GAUGE_NAME_LIMIT, least=1),
    )


def _evidence(value: Any, places: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(
        _file(f"evidence[{n}]", given, places)
        for n, given in enumerate(listed("evidence", value, FILES))
    )


def _file(name: str, value: Any, places: tuple[str, ...]) -> Evidence:
    given = fields_of(name, value, _FILE_FIELDS)
    bucket = printable(f"{name}.bucket", given.get("bucket"), BUCKET_LIMIT)
    key = object_key(f"{name}.key", given.get("key"), KEY_LIMIT)
    if "/" in bucket or not f"{bucket}/{key}".startswith(places):
        raise InvalidInput(
            f"{name} must be in a location that this gate may read: {', '.join(places) or 'none'};"
            f" got bucket {bucket!r}, key {key[:FILE_NAME_LIMIT]!r}"
        )
    if given.get("version_id") == UNVERSIONED:
        raise InvalidInput(
            f"{name}.version_id must be a version id, got null, which is not unique: enable"
            f" versioning for {bucket} and upload the file again"
        )
    return Evidence(
        bucket=bucket,
        key=key,
        version_id=_optional(printable, f"{name}.version_id", given, limit=KEY_LIMIT) or "",
        sha256=_optional(sha256, f"{name}.sha256", given) or "",
        name=_optional(line, f"{name}.name", given, limit=FILE_NAME_LIMIT) or "",
        size=_optional(integer, f"{name}.size", given, least=0, most=FILE_SIZE_LIMIT),
    )


def _preview(value: Any) -> Preview:
    given = fields_of("preview", value, ("columns", "rows"))
    columns = listed("preview.columns", given.get("columns"), COLUMNS, least=1)
    rows: list[tuple[Fact, ...]] = []
    for n, cells in enumerate(listed("preview.rows", given.get("rows"), ROWS)):
        row = listed(f"preview.rows[{n}]", cells, len(columns), least=len(columns))
        rows.append(tuple(_fact(f"preview.rows[{n}]", cell, CELL_LIMIT) for cell in row))
    return Preview(
        columns=tuple(line("preview.columns", it, NAME_LIMIT, least=1) for it in columns),
        rows=tuple(rows),
    )


def _links(value: Any) -> dict[str, str]:
    given = named("links", value, LINKS)
    return {
        seen: address(f"links.{name}", given[name]) for name, seen in _names("links", given).items()
    }


def _questions(value: Any) -> tuple[Question, ...]:
    questions = tuple(
        _question(f"questions[{n}]", given)
        for n, given in enumerate(listed("questions", value, QUESTIONS))
    )
    if len({question.name for question in questions}) != len(questions):
        raise InvalidInput("questions must have unique names")
    _check_distinguishable("labels of questions", [question.label for question in questions])
    return questions


def _question(at: str, value: Any) -> Question:
    given = fields_of(at, value, _QUESTION_FIELDS)
    name = given.get("name")
    if not isinstance(name, str) or not _QUESTION_NAME.fullmatch(name) or name in _TAKEN_NAMES:
        raise InvalidInput(
            f"{at}.name must be 1 to 40 lower-case letters, digits and underscores, start with a"
            f" letter, and not be {' or '.join(_TAKEN_NAMES)}, got {shown(name)}"
        )
    kind = Kind(one_of(f"{at}.kind", given.get("kind"), tuple(Kind)))
    if (kind is Kind.CHOICE) is not ("choices" in given):
        raise InvalidInput(f"{at}.choices is required for kind choice, and not allowed otherwise")
    choices = listed(f"{at}.choices", given["choices"], CHOICES, 1) if "choices" in given else []
    exact = tuple(_choice(f"{at}.choices", choice) for choice in choices)
    if len({" ".join(normalize("NFC", visible(it)).split()) for it in exact}) != len(exact):
        raise InvalidInput(f"{at}.choices must differ in their visible characters")
    return Question(
        name=name,
        label=line(f"{at}.label", given.get("label"), TITLE_LIMIT, least=1),
        kind=kind,
        choices=exact,
        required=boolean(f"{at}.required", given.get("required", False)),
    )


def _names(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The names in an object, each with its visible characters."""
    names = {it: line(f"a name in {name}", it, NAME_LIMIT, least=1) for it in given}
    _check_distinguishable(f"names in {name}", list(names.values()))
    return names


def _check_distinguishable(what: str, names: list[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        look = likeness(name)
        if look in seen:
            raise InvalidInput(
                f"{what} must not look alike (case, width, spaces), got {seen[look]!r} and {name!r}"
            )
        seen[look] = name


def _choice(name: str, value: Any) -> str:
    """A line, returned unchanged, with invisible characters."""
    line(name, value, CHOICE_LIMIT, least=1)
    if len(value) > CHOICE_LIMIT or _HALF.search(value):
        raise InvalidInput(
            f"{name} must be at most {CHOICE_LIMIT} characters, including invisible ones, and"
            f" valid UTF-8, got {value[:CHOICE_LIMIT]!r}"
        )
    return value


def _context_bytes(value: Any) -> int:
    """The size of the context. The error does not show it."""
    if value is None:
        return 0
    try:
        check_depth("context", value)
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError):
        raise InvalidInput("context must be JSON") from None
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > CONTEXT_LIMIT:
        raise InvalidInput(f"context must be JSON of at most {CONTEXT_LIMIT} bytes, got {size}")
    return size


def _optional(read: Any, name: str, given: Mapping[str, Any], **rule: Any) -> Any:
    """The parsed field, or None if it is missing."""
    value = given.get(name.rpartition(".")[2])
    return None if value is None else read(name, value, **rule)
