"""Requests: the largest valid one, and one beyond each limit."""

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from lambdas.domain.review.request_rules import CONTEXT_LIMIT, parse_request

WIDEST = "\U0001d56f"
"""A letter that takes four bytes."""
LONGEST = timedelta(hours=24)
parse = partial(parse_request, places=("evidence/incoming/",), longest=LONGEST)


def line(length: int, number: int = 0) -> str:
    """A line with this number of wide letters; `number` makes it unique."""
    return f"{number}{WIDEST * (length - len(str(number)))}"


def largest() -> dict[str, Any]:
    """A request with every field at its limit."""
    return {
        "title": line(150),
        "summary": line(1000),
        "facts": {line(60, n): line(300, n) for n in range(10)},
        "gauge": {"name": line(30), "value": 1, "limit": 1.0},
        "evidence": [
            {
                "bucket": "evidence",
                "key": f"incoming/{'ä' * 507}{n}",
                "version_id": "v" * 1024,
                "sha256": "AB" * 32,
                "name": line(100, n),
                "size": 10**15,
            }
            for n in range(5)
        ],
        "preview": {
            "columns": [line(60, n) for n in range(6)],
            "rows": [[line(100, n) for n in range(6)] for _ in range(10)],
        },
        "links": {line(60, n): f"https://example.com/{n}{'x' * (2000 - 21)}" for n in range(5)},
        "questions": [
            {
                "name": "q" * 39 + str(n),
                "label": line(150, n),
                "kind": "choice",
                "choices": [line(75, choice) for choice in range(20)],
                "required": True,
            }
            for n in range(5)
        ],
        "requested_by": line(80),
        "timeout": "24h",
        # In ASCII JSON, these letters take three times the bytes.
        "context": "ä" * ((CONTEXT_LIMIT - 2) // 2),
        "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "a" * 1024,
    }


def _changed(path: str, change: Any) -> dict[str, Any]:
    """The largest request with the value at one path changed."""
    request = copy.deepcopy(largest())
    *parents, last = [int(it) if it.isdigit() else it for it in path.split(".")]
    place: Any = request
    for parent in parents:
        place = place[parent]
    place[last] = change(place[last]) if callable(change) else change
    return request


def too_large() -> Iterator[tuple[str, dict[str, Any]]]:
    """The field that the error must name, and a request in which it exceeds its limit by one."""
    longer = "{}x".format

    def one_more(entry: Any) -> Callable[[list[Any]], list[Any]]:
        return lambda entries: [*entries, entry]

    yield "title", _changed("title", longer)
    yield "summary", _changed("summary", longer)
    yield "facts", _changed("facts", {str(n): n for n in range(11)})
    yield "a name in facts", _changed("facts", {line(61): 1})
    yield "facts.Rows", _changed("facts", {"Rows": line(301)})
    yield "facts.Rows", _changed("facts", {"Rows": 10**15 + 1})
    yield "gauge.name", _changed("gauge.name", longer)
    yield "gauge.value", _changed("gauge.value", 1.0000001)
    yield "gauge.limit", _changed("gauge.limit", -0.0000001)
    yield "evidence", _changed("evidence", one_more({}))
    yield "evidence[0].key", _changed("evidence.0.key", longer)
    yield "evidence[1].version_id", _changed("evidence.1.version_id", longer)
    yield "evidence[2].sha256", _changed("evidence.2.sha256", longer)
    yield "evidence[3].name", _changed("evidence.3.name", longer)
    yield "evidence[4].size", _changed("evidence.4.size", 10**15 + 1)
    yield "preview.columns", _changed("preview.columns", one_more("more"))
    yield "preview.columns", _changed("preview.columns.0", longer)
    yield "preview.rows", _changed("preview.rows", one_more([]))
    yield "preview.rows[3]", _changed("preview.rows.3", one_more("more"))
    yield "preview.rows[3]", _changed("preview.rows.3", ["too", "few"])
    yield "preview.rows[9]", _changed("preview.rows.9.5", longer)
    yield "links", _changed("links", dict.fromkeys("abcdef", "https://example.com"))
    yield "a name in links", _changed("links", {line(61): "https://example.com"})
    yield "links.Run", _changed("links", {"Run": f"https://example.com/{'x' * 1981}"})
    yield "questions", _changed("questions", one_more({}))
    yield "questions[0].name", _changed("questions.0.name", longer)
    yield "questions[1].label", _changed("questions.1.label", longer)
    yield "questions[2].choices", _changed("questions.2.choices", one_more("more"))
    yield "questions[3].choices", _changed("questions.3.choices.19", longer)
    yield "requested_by", _changed("requested_by", longer)
    yield "timeout", _changed("timeout", "86401s")
    yield "context", _changed("context", longer)
    yield (
        "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID",
        _changed("AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID", longer),
    )
