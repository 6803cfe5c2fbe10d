"""Everything from a caller is untrusted until it is parsed."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.events import ANNOUNCED
from lambdas.domain.review.request import Gauge, Kind, Preview, Question, Request
from lambdas.domain.review.review import Review
from lambdas.domain.store.rows import review_from, row_of, values
from tests.lambdas.conftest import World, make_review
from tests.lambdas.requests import LONGEST, largest, parse, too_large

MOST_OF_A_ROW = 400 * 1024
FULL = {
    "title": "Promote churn-model 7 to production?",
    "summary": "It beats 6 on every slice.\nSee the report.",
    "facts": {"AUC": 0.93, "Rows": 1_000_000, "Owner": "growth", "Retrained": True, "Notes": None},
    "gauge": {"name": "Flagged rows", "value": 0.08, "limit": 0.06},
    "evidence": [{"bucket": "evidence", "key": "incoming/report.pdf", "name": "Report"}],
    "preview": {"columns": ["slice", "AUC"], "rows": [["all", 0.93], ["new", None]]},
    "links": {"Run": "https://ci.example.com/run/7?tab=1#log"},
    "questions": [
        {"name": "share", "label": "Share of traffic", "kind": "number", "required": True},
        {"name": "when", "label": "When", "kind": "choice", "choices": ["now", "at night"]},
    ],
    "requested_by": "<@U012ABCDEF>",
    "timeout": "30m",
    "context": {"model": ["churn", 7]},
    "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn:aws:states:x:y:execution:train:1",
}


def review_of(request: Request, **more: Any) -> Review:
    known = vars(make_review())
    return Review(**{**known, **vars(request), **more})


def test_a_title_is_enough() -> None:
    assert parse({"title": "Charge the card?"}) == Request(title="Charge the card?")


def test_each_field_is_read() -> None:
    request = parse(FULL)

    assert request.summary == "It beats 6 on every slice.\nSee the report."
    assert list(request.facts.items()) == [
        *(("AUC", 0.93), ("Rows", 1_000_000), ("Owner", "growth")),
        *(("Retrained", "true"), ("Notes", "")),
    ]
    assert request.gauge == Gauge(name="Flagged rows", value=0.08, limit=0.06)
    assert request.evidence[0].shown_name == "Report"
    assert request.preview == Preview(columns=("slice", "AUC"), rows=(("all", 0.93), ("new", "")))
    assert request.questions[1] == Question(
        name="when", label="When", kind=Kind.CHOICE, choices=("now", "at night")
    )
    assert (request.requested_by, request.timeout) == ("U012ABCDEF", timedelta(minutes=30))
    assert request.context == {"model": ["churn", 7]}
    assert request.started_by == "arn:aws:states:x:y:execution:train:1"


def test_the_largest_request_fits_into_a_row_with_room_for_its_decision() -> None:
    request = parse(largest())
    answers = {question.name: "\U0001d56f" * 500 for question in request.questions}
    review = review_of(
        request,
        task_token="t" * 2048,
        reason="\U0001d56f" * 500,
        answers=answers,
    )

    row = row_of(review)

    size = sum(len(name) + len(str(value).encode()) for name, value in row.items())
    assert size < 0.7 * MOST_OF_A_ROW
    assert review_from(values(row)).context == request.context


def test_the_largest_request_is_stored_read_and_announced(world: World) -> None:
    review = review_of(parse(largest()), review_id="f" * 16)
    world.add(review)

    assert world.store.get(review.review_id) == review
    world.gate.topic.announce(ANNOUNCED[0], review)  # 256 kB at most


TOO_LARGE = list(too_large())


@pytest.mark.parametrize(
    ("field", "request_"), TOO_LARGE, ids=[f"{n} {it}" for n, (it, _) in enumerate(TOO_LARGE)]
)
def test_each_limit_exceeded_by_one_is_rejected_by_name(
    field: str, request_: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(request_)

    assert str(refused.value).startswith(f"{field} ")
    assert len(str(refused.value)) < 400


CHOICE = {"name": "a", "label": "A", "kind": "choice", "choices": ["x"]}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"titel": "x"}, "the request has an unknown field 'titel', known fields: title, "),
    ({"title": " \u200b"}, "title must be one line of 1 to 150 characters"),
    ({"title": "two\nlines"}, "title must be one line"),
    ({"facts": []}, "facts must be a JSON object"),
    ({"facts": {"a": {}}}, r"facts\.a must be a number from"),
    ({"facts": {"a": math.nan}}, r"facts\.a must be a number from"),
    ({"gauge": {"value": 0.5}}, r"gauge\.limit must be a number from 0 to 1, got None"),
    (
        {"gauge": {"name": "", "value": 0.5, "limit": 1}},
        r"gauge\.name must be one line of 1 to 30 characters, got ''",
    ),
    ({"gauge": {"value": 0.5, "limit": 1, "max": 2}}, "gauge has an unknown field 'max'"),
    ({"evidence": [{"bucket": "evidence"}]}, r"evidence\[0\]\.key must be a non-empty string"),
    (
        {"evidence": [{"bucket": "evidence", "key": "published/a"}]},
        r"evidence\[0\] must be in a location that this gate may read: evidence/incoming/; got",
    ),
    (
        {"evidence": [{"bucket": "evidence2", "key": "incoming/a"}]},
        "must be in a location that this gate",
    ),
    (
        {"evidence": [{"bucket": "evidence/incoming", "key": "a"}]},
        "must be in a location that this gate",
    ),
    (
        {"evidence": [{"bucket": "evidence", "key": "incoming/\ud800"}]},
        r"evidence\[0\]\.key must be valid UTF-8",
    ),
    (
        {"evidence": [{"bucket": "evidence", "key": "incoming/" + "\u202f" * 339}]},
        r"evidence\[0\]\.key must be at most 1024 bytes in UTF-8, got 1026",
    ),
    (
        {"evidence": [{"bucket": "evidence", "key": "incoming/a", "version_id": "null"}]},
        r"evidence\[0\]\.version_id must be a version id, got null.* enable versioning",
    ),
    ({"preview": {"columns": [], "rows": []}}, r"preview\.columns must be a list of 1 to 6"),
    ({"preview": {"columns": ["a"], "rows": [[[]]]}}, r"preview\.rows\[0\] must be a number"),
    ({"links": {"a": "http://example.com"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "https://user@example.com"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "https://exa mple.com"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "https://example.com:port"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "https://"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "javascript:alert(1)"}}, r"links\.a must be an https URL"),
    ({"links": {"a": "https://[::1"}}, r"links\.a must be an https URL"),
    ({"links": {"": "https://example.com"}}, "a name in links must be one line of 1 to 60"),
    ({"questions": [{**CHOICE, "name": "reason"}]}, r"questions\[0\]\.name must be 1 to 40"),
    ({"questions": [{**CHOICE, "name": "A b"}]}, r"questions\[0\]\.name must be 1 to 40"),
    (
        {"questions": [{**CHOICE, "kind": "date"}]},
        r"questions\[0\]\.kind must be one of text, ",
    ),
    (
        {"questions": [{**CHOICE, "kind": "text"}]},
        r"questions\[0\]\.choices is required for kind choice",
    ),
    ({"questions": [{**CHOICE, "choices": ["x", "x"]}]}, r"choices must differ"),
    ({"questions": [{**CHOICE, "choices": ["\xe9", "e\u0301"]}]}, r"choices must differ"),
    ({"questions": [{**CHOICE, "choices": ["a  b", "a b"]}]}, r"choices must differ"),
    ({"questions": [{**CHOICE, "choices": ["a\ufe0f", "a"]}]}, r"choices must differ"),
    (
        {"questions": [{**CHOICE, "choices": ["x" + "\u200b" * 75]}]},
        r"at most 75 characters, including inv",
    ),
    ({"questions": [{**CHOICE, "choices": ["x\ud83d"]}]}, r"valid UTF-8"),
    ({"questions": [{**CHOICE, "choices": []}]}, r"choices must be a list of 1 to 20"),
    ({"questions": [{**CHOICE, "required": "no"}]}, r"required must be true or false"),
    ({"questions": [CHOICE, CHOICE]}, "questions must have unique names"),
    ({"timeout": "0s"}, "timeout must be a duration such as 90s"),
    ({"timeout": "25h"}, r"at most this stage's reviewTimeout \(86400s\), got '25h'"),
    ({"timeout": 60}, "timeout must be a duration"),
    ({"timeout": "999999999d"}, "timeout must be a duration"),
    ({"context": math.inf}, "context must be JSON"),
    ({"answer": "always"}, "the request has an unknown field 'answer'"),
]


@pytest.mark.parametrize(("change", "error"), WRONG)
def test_an_error_names_the_field_and_the_rule(change: dict[str, Any], error: str) -> None:
    request = {"title": "Promote?", **change}

    with pytest.raises(InvalidInput, match=f"^.*{error}"):
        parse(request)


@pytest.mark.parametrize("value", [None, [], "title", 5, True])
def test_a_request_must_be_an_object(value: Any) -> None:
    with pytest.raises(InvalidInput, match="the request must be a JSON object"):
        parse(value)


CONTEXTS: list[Any] = [None, 0, "", False, [], {}, "half \ud800", {"a": [1.5, None, "ä"]}, 10**40]


@pytest.mark.parametrize("context", CONTEXTS, ids=ascii)
def test_the_context_is_read_back_unchanged_from_the_row(context: Any) -> None:
    review = review_of(parse({"title": "Promote?", "context": context}))

    stored = review_from(values(row_of(review))).context
    assert (stored, type(stored)) == (context, type(context))


def test_the_context_is_never_shown() -> None:
    review = review_of(parse({"title": "Promote?", "context": {"secret": "mellon"}}))

    assert "mellon" not in repr(review)
    for event in ANNOUNCED:
        assert "mellon" not in str(announcement(event, review))


def test_facts_are_separate_variables_and_overwrite_none() -> None:
    request = parse({"title": "Promote?", "facts": {"AUC (test)": 0.9, "Title": "x", "数": 1}})

    announced = announcement(ANNOUNCED[0], review_of(request))

    assert (announced["auc_test"], announced["title"]) == ("0.9", "Promote?")
    assert "" not in announced


json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=200),
    lambda inner: some.lists(inner, max_size=7) | some.dictionaries(some.text(), inner, max_size=7),
    max_leaves=20,
)
anything = some.fixed_dictionaries(
    {}, optional={name: json | some.just(value) for name, value in FULL.items()}
)


@given(request_=anything | json)
def test_any_value_is_read_or_rejected_by_name(request_: Any) -> None:
    try:
        request = parse(request_)
    except InvalidInput as refused:
        names = [*FULL, "the request", "a name in"]
        assert any(name in str(refused).split(" must ")[0] for name in names)  # noqa: PT017
        return
    review = review_of(request)
    read = review_from(values(row_of(review)))
    assert repr(read) == repr(review)  # NaN equals nothing, so the text is compared
    assert (request.timeout or LONGEST) <= LONGEST
    assert all(isinstance(it, str) for it in announcement(ANNOUNCED[0], read).values())


def test_a_choice_is_kept_exactly_as_sent() -> None:
    exact = ["eu-1   (3 nodes)", "\u23f1\ufe0f tonight", " a\tb\u202f", "e\u0301", "A", "a"]

    request = parse({"title": "T", "questions": [{**CHOICE, "choices": exact}]})

    assert request.questions[0].choices == tuple(exact)


ALIKE = [
    ("AUC", "auc"),
    ("stra\xdfe", "STRASSE"),
    ("Gr\xf6\xdfe", "Gro\u0308\xdfe"),
    ("m\xb2", "m2"),
    ("\uff21B", "ab"),
    ("\ufb01le", "file"),
    ("\u2126", "\u03a9"),
    ("a b", "a  b"),
    ("a b", "a\u202fb"),
    ("a b", "a\u3000b"),
    ("a", "a\u200b"),
    ("a", " a "),
    ("a", "a\ufe0f"),
    ("ab", "a\u202eb"),
    ("ab", "a\u3164b"),
]


@pytest.mark.parametrize("pair", ALIKE)
@pytest.mark.parametrize("what", ["facts", "links", "questions"])
def test_names_that_look_alike_are_rejected(what: str, pair: tuple[str, str]) -> None:
    given = {
        "facts": dict.fromkeys(pair, 1),
        "links": dict.fromkeys(pair, "https://example.com"),
        "questions": [
            {"name": f"q{n}", "kind": "text", "label": label} for n, label in enumerate(pair)
        ],
    }

    with pytest.raises(InvalidInput, match=f"{what} must not look alike"):
        parse({"title": "T", what: given[what]})


def test_distinguishable_names_are_accepted() -> None:
    facts = {"AUC": 0.9, "AUC of version 6": 0.8, "Gr\xf6\xdfe": 4, "Title": "x", "\u03a9": 1}

    assert parse({"title": "T", "facts": facts}).facts == facts


KEYS = {
    "incoming/Screenshot at 3.41.06\u202fPM.png": "Screenshot at 3.41.06 PM.png",
    "incoming//a": "a",
    "incoming/../b": "b",
    "incoming/..": "..",
    "incoming/": "incoming/",
    "incoming/\na\r\tb": "\\na\\r\\tb",
    "incoming/\x00\x1b[31m": "\\x00\\x1b[31m",
    "incoming/\u202egpj.exe": "\\u202egpj.exe",
    "incoming/a\u200b\u2028": "a\\u200b\\u2028",
    "incoming/\u3164": "\\u3164",
    "incoming/\x85\x7f": "\\x85\\x7f",
    "incoming/%2F+&=?#": "%2F+&=?#",
    "incoming/" + "\u202f" * 338 + "a": " " * 338 + "a",
    "incoming/\U000e0041": "\\U000e0041",
}


@pytest.mark.parametrize(("key", "shown"), KEYS.items(), ids=ascii)
def test_any_valid_s3_key_is_accepted_and_shown_with_visible_characters(
    key: str, shown: str
) -> None:
    request = parse({"title": "T", "evidence": [{"bucket": "evidence", "key": key}]})

    [file] = request.evidence
    assert (file.key, file.shown_name) == (key, shown)
    read = review_from(values(row_of(review_of(request))))
    assert read.evidence[0].key == key
