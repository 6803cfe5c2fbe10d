"""What a page shows of a request, what it collapses and what it leaves out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.domain.review.request import Fact, Gauge, Preview
from lambdas.domain.review.review import Approvals, Decision, Outcome, Review, Status, Way
from tests.lambdas.conftest import NOW, make_review
from tests.lambdas.web.parts import LINKS_DECIDE, QUESTIONS, QUORUM, Parts, promotion


def shown(review: Review, **left: float) -> Parts:
    return Parts(LINKS_DECIDE.of(review, review.deadline - timedelta(**(left or {"hours": 2}))))


@pytest.mark.parametrize(
    ("stage", "marked"), [("prod", True), ("production-eu", True), ("dev", False), ("uat", False)]
)
def test_production_pages_have_a_label_and_a_color(stage: str, marked: bool) -> None:
    waiting = make_review(stage=stage)
    for review in (waiting, replace(waiting, status=Status.EXPIRED)):
        page = shown(review)
        assert page.one("span", class_="stage").text == stage
        assert ("prod" in page.one("main").attributes["class"]) is marked


def test_the_title_is_the_headline_and_the_tab_shows_the_status() -> None:
    page = shown(promotion())

    assert page.one("h1").text == "Promote fraud-scorer 4.2.0?"
    assert page.one("title").text == "Awaiting decision: Promote fraud-scorer 4.2.0? (uat)"


def test_the_summary_keeps_its_paragraphs_and_lines() -> None:
    first, second = shown(promotion()).all("p", class_="lines")

    assert first.words == ["Better, and slower.\nWithin the budget."]
    assert second.text == "Shadowed for 7 days."


@pytest.mark.parametrize(
    ("left", "shown_left"),
    [
        ({"hours": 1, "minutes": 57, "seconds": 3}, "in 1 h 58 min"),
        ({"seconds": 1}, "in 1 min"),
        ({"hours": 24}, "in 24 h"),
        ({"days": 2, "hours": 3}, "in 2 days 3 h"),
    ],
)
def test_the_deadline_is_shown_with_the_time_left(left: dict[str, float], shown_left: str) -> None:
    page = shown(promotion(), **left)

    assert f"Deadline 23 November 2026, 14:05 UTC {shown_left} " in page.text
    assert page.all("time", datetime="2026-11-23T14:05:09Z")


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED])
def test_an_ended_review_shows_no_time_left(status: Status) -> None:
    page = shown(replace(promotion(), status=status), hours=1)

    assert "Deadline 23 November 2026, 14:05 UTC " in page.text
    assert "UTC in " not in page.text


def test_facts_are_a_table_in_request_order_with_aligned_numbers() -> None:
    page = shown(promotion())

    names = [it.text for it in page.all("th", scope="row")]
    assert names == ["Model", "Requests", "AUC"]
    numbers = [it.text for it in page.all("td", class_="number")]
    assert numbers == ["18,240,311", "0.943", "9,120,400", "2,310"]


@pytest.mark.parametrize(
    ("value", "limit", "text", "bar", "mark", "end"),
    [
        (0.08, 0.06, "8.0% above the limit of 6.0%", "80.0%", "60.0%", "10%"),
        (0.05, 0.05, "5.0% within the limit of 5.0%", "50.0%", "50.0%", "10%"),
        (0.0601, 0.06, "6.01% above the limit of 6.00%", "60.1%", "60.0%", "10%"),
        (1, 0.97, "100.0% above the limit of 97.0%", "100.0%", "97.0%", "100%"),
        (0, 0, "0.0% within the limit of 0.0%", "0.0%", "0.0%", "0.1%"),
    ],
)
def test_the_gauge_is_drawn_to_scale_and_described_in_text(
    value: float, limit: float, text: str, bar: str, mark: str, end: str
) -> None:
    page = shown(promotion(gauge=Gauge(name="Failing slices", value=value, limit=limit)))

    assert f"Failing slices {text}" in page.text
    assert page.one("rect", class_="value").attributes["width"] == bar
    assert page.one("rect", class_="limit").attributes["x"] == mark
    assert [it.text for it in page.all("text")] == [f"limit {text.split()[-1]}", "0%", end]
    label = page.one("svg", role="img").attributes["aria-label"]
    shares = f"{text.split()[0]} (limit {text.split()[-1]})"
    assert label == f"Failing slices: {shares}, on a scale from 0% to {end}"


def test_the_preview_is_a_table_that_a_keyboard_can_scroll() -> None:
    page = shown(promotion())

    box = page.one("div", role="region", tabindex="0")
    assert page.one("h2", id=box.attributes["aria-labelledby"]).text == "Preview"
    assert [it.text for it in page.all("th", scope="col")] == ["Segment", "Requests"]
    assert box.text == "Segment Requests Retail 9,120,400 Travel 2,310"


@pytest.mark.parametrize(
    ("cells", "is_numeric"),
    [
        ((1, 2.5, ""), True),
        (("1,234.50", "-7", "12%", "1e-05"), True),
        (("4711", ""), True),
        (("C-0815",), False),
        ((1, "none"), False),
        (("", ""), False),
        (("2026-11-22",), False),
    ],
)
def test_a_column_of_numbers_is_aligned_on_the_right_with_its_name(
    cells: tuple[Fact, ...], is_numeric: bool
) -> None:
    rows = tuple((cell,) for cell in cells)
    page = shown(promotion(preview=Preview(columns=("amount",), rows=rows), facts={}))

    aligned = {it.attributes["class"] for it in [*page.all("td"), page.one("th")]}
    assert aligned == {"number" if is_numeric else ""}


def test_cells_of_a_wide_preview_have_their_column_names() -> None:
    for count in (3, 4):
        columns = tuple("abcdef"[:count])
        preview = Preview(columns=columns, rows=(tuple("uvwxyz"[:count]),))
        page = shown(promotion(preview=preview, facts={}))

        labels = [it.attributes.get("data-label") for it in page.all("td")]
        assert labels == (list(columns) if count > 3 else [None] * count)


def test_a_preview_without_rows_shows_its_columns() -> None:
    page = shown(promotion(preview=Preview(columns=("a", "b"), rows=())))

    assert page.one("div", role="region").text == "a b"


def test_links_show_their_host_and_send_no_referrer() -> None:
    page = shown(promotion(links={"bank.example": "https://evil.example:8443/bank.example?a=1&b"}))

    link = page.one("a", href="https://evil.example:8443/bank.example?a=1&b")
    assert link.attributes["rel"] == "noopener noreferrer"
    assert "bank.example evil.example:8443" in page.text


def test_every_file_has_a_link_with_its_name_and_size() -> None:
    review = promotion()
    page = shown(review)

    files = [it for it in page.all("a") if it.attributes["href"].startswith("evidence?")]
    assert {it.text: it.attributes["href"] for it in files} == {
        "Download evaluation.html": f"evidence?review={review.linked_id}",
        "Download matrix.csv": f"evidence?review={review.linked_id}&n=1",
    }
    assert "Download evaluation.html 1.2 MB Download matrix.csv" in page.text


def test_hashes_ids_and_executions_are_collapsed() -> None:
    review = promotion()
    page = shown(review)

    folded = page.one("details")
    assert "open" not in folded.attributes
    for words in (
        "Technical details Review abcdefghijklmnop Requested 22 November 2026, 14:05 UTC",
        "Execution flow:run-1 Started by promotion:november",
        f"SHA-256 of evaluation.html {'ab' * 32} SHA-256 of matrix.csv {'cd' * 32}",
    ):
        assert words in folded.text
        assert page.text.count(words) == 1
    assert review.link_key not in page.text, "a screenshot of the page must not let anyone decide"


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (
            "arn:aws:lambda:eu-central-1:123456789012:function:ask:7/durable-execution/a/b",
            "ask:7/durable-execution/a/b",
        ),
        ("arn:aws-cn:states:cn-north-1:1:execution:m:e", "m:e"),
        ("something else", "something else"),
    ],
)
def test_an_execution_is_shown_without_its_account_and_region(arn: str, name: str) -> None:
    assert f"Execution {name} " in shown(make_review(execution_arn=arn)).one("details").text


@pytest.mark.parametrize("console_links", [True, False])
def test_executions_link_to_the_aws_console_of_partitions_that_have_one(
    console_links: bool,
) -> None:
    pages = replace(LINKS_DECIDE, console_links=console_links)
    review = promotion(
        execution_arn="arn:aws:states:eu-central-1:123456789012:execution:flow:run-1"
    )
    page = Parts(pages.of(review, NOW))

    linked = [
        (it.text, it.attributes["href"])
        for it in page.all("a")
        if ".console." in it.attributes["href"]
    ]
    home = "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1"
    assert linked == [
        (name, f"{home}#/v2/executions/details/{arn}")
        for name, arn in (
            ("flow:run-1", review.execution_arn),
            ("promotion:november", review.started_by),
        )
        if console_links
    ]


def test_missing_parts_of_a_request_are_left_out() -> None:
    bare = make_review(facts={}, gauge=None, evidence=(), requested_by="")
    page = shown(bare)

    assert [it.text for it in page.all("h2")] == ["Your decision"]
    assert page.all("table") == page.all("svg") == page.all("ul") == []
    assert "Started by" not in page.text
    assert "Requested by not stated" in page.text


def test_the_page_shows_the_contexts_size_but_no_evidence_location() -> None:
    page = LINKS_DECIDE.of(promotion(), NOW)

    assert "Context 26 B, for the caller only" in Parts(page).text
    for inside in ("of the caller", "secret-task-token", "incoming/", "run/"):
        assert inside not in page


def test_a_page_without_a_form_lists_the_questions_and_the_approvals() -> None:
    review = replace(promotion(), approvals=Approvals({"U1ANN": "Ann"}))
    page = Parts(QUORUM.of(review, NOW))

    assert page.all("form") == page.all("button") == []
    assert "1 of 2 approved: Ann. One rejection ends the review." in page.text
    assert "Slack #signoff-prod" in page.text
    labels = [f"{it.label} ({'required' if it.required else 'optional'})" for it in QUESTIONS]
    assert f"Questions to answer with the decision: {' '.join(labels)}" in page.text


def test_a_decided_review_shows_reviewers_reason_and_answers() -> None:
    decision = Decision(
        decision=Outcome.APPROVED,
        reviewer="Ben",
        reviewer_key="U2BEN",
        reason="Convincing.\nWatch Travel.",
        via=Way.SLACK,
        decided_at=NOW,
    )
    review = replace(
        promotion(),
        status=Status.APPROVED,
        decision=decision.decision,
        reviewer=decision.reviewer,
        reviewer_key=decision.reviewer_key,
        reason=decision.reason,
        decided_at=decision.decided_at,
        approvals=Approvals({"U1ANN": "Ann", "U2BEN": "Ben"}),
        answers={"percent": 5, "region": "Milan", "undo": True, "ticket": "CHG-1 <b>"},
    )
    page = Parts(QUORUM.of(review, NOW))

    assert page.one("strong").text == "Approved"
    assert (
        "By Ann, Ben · 22 November 2026, 14:05 UTC"
        " Reason Convincing. Watch Travel. Percent of the traffic 5 Region Milan"
        " Undo by itself? yes Change ticket CHG-1 <b> Better, and slower."
    ) in page.text
    assert page.all("form") == []


def test_people_are_shown_by_name_and_their_ids_are_collapsed() -> None:
    review = replace(
        promotion(requested_by_name="Ann <i>"),
        status=Status.APPROVED,
        decision=Outcome.APPROVED,
        reviewer="Ben",
        reviewer_key="U2BEN",
        decided_at=NOW,
    )
    page = Parts(QUORUM.of(review, NOW))

    assert 'Requested by "Ann <i>" (says the caller) Deadline' in page.text
    assert "By Ben · 22 November" in page.text
    folded = page.one("details").text
    assert "Requested by U012ABCDEF Decided by U2BEN Execution" in folded
    assert page.text.count("U012ABCDEF") == page.text.count("U2BEN") == 1


def test_the_size_of_a_page_is_limited() -> None:
    """Measured: 8 kB for a flagged file, 12 kB with everything in it."""
    assert len(LINKS_DECIDE.of(make_review(), NOW).encode()) < 9_000
    assert len(LINKS_DECIDE.of(promotion(), NOW).encode()) < 14_000
