"""What the pages of a review show when they are opened, and after a click."""

import base64
import hashlib
import re
from datetime import timedelta

import boto3
import pytest

from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from tests.lambdas.conftest import World, new_review_id
from tests.lambdas.web.conftest import CHANNEL_URL, FAR, Ask, OpenApi, decided, ended
from tests.lambdas.web.parts import Parts

UNKNOWN = f"{'a' * 16}.{'0' * 32}"
OPEN = "Open the link in the Slack message again."
CLICKED = "Your decision was not recorded."
UNCHECKED = "not a Slack user: self-approval cannot be checked"


def words(answer: dict[str, str]) -> str:
    """The text of a page, without markup, styles and title."""
    body = answer["body"].partition("<main")[2].partition(">")[2].partition("<script>")[0]
    spaced = re.sub(r"<[^>]+>", " ", re.sub(r"</?(b|bdi|time|a)\b[^>]*>", "", body))
    return " ".join(spaced.replace("&nbsp;", " ").split())


def approve(world: World, review: Review, *people: str) -> None:
    """These people approve, and more approvals are required."""
    for person in people:
        world.store.change(review.review_id, {}, voice=(person, person))


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_either_link_shows_a_waiting_review_with_both_buttons(
    ask: Ask, review: Review, page: str
) -> None:
    answer = ask("GET", f"/{page}?review={review.linked_id}")

    body = answer["body"]
    assert body.count("<form") == 1
    assert re.findall(r'formmethod="post" formaction="(\w+)"', body) == ["approve", "reject"]
    for fact in (
        "Awaiting decision",
        "Customer upload 2026-11-22",
        "8.0% above the limit of 6.0%",
        "Rows 1,000 Flagged rows 80",
        "U012ABCDEF",
        "Reason (required to reject)",
        "identity is not verified",
    ):
        assert fact in words(answer)
    assert f'href="evidence?review={review.linked_id}"' in body


def test_pages_have_one_script_and_strict_headers(ask: Ask, review: Review) -> None:
    answer = ask("GET", f"/approve?review={review.linked_id}")

    assert re.findall(r"<script[^>]*>", answer["body"]) == ["<script>"]
    assert 'style="' not in answer["body"], "the policy allows one style sheet by its hash"
    headers = answer["headers"]
    policy = headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; "
        r"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        policy,
    )
    for element in ("style", "script"):
        inside = answer["body"].partition(f"<{element}>")[2].partition(f"</{element}>")[0]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_hostile_text_is_escaped(world: World, ask: Ask) -> None:
    hostile = '"><script>alert(1)</script>'
    review = world.waiting_review(deadline=FAR, title=hostile, requested_by=hostile, stage=hostile)

    for page in ("approve", "reject"):
        body = ask("GET", f"/{page}?review={review.linked_id}")["body"]
        assert "<script>alert" not in body
        assert "&lt;script&gt;" in body
    form = {"review": str(review.linked_id), "reason": hostile + "x" * 500}
    assert "<script>alert" not in ask("POST", "/reject", form)["body"]
    form["reason"] = hostile
    assert "<script>alert" not in ask("POST", "/reject", form)["body"]


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_a_page_shows_where_to_decide_if_links_do_not(
    ask_where_slack_decides: Ask, review: Review, page: str
) -> None:
    answer = ask_where_slack_decides("GET", f"/{page}?review={review.linked_id}")

    assert answer["statusCode"] == 200
    assert "<form" not in answer["body"]
    for text in (
        "Awaiting decision",
        "8.0% above the limit",
        "Reviewers decide in Slack or with the signoff command.",
        "This link only shows the review.",
        "Slack #signoff-dev",
    ):
        assert text in words(answer)
    assert CLICKED not in answer["body"]


@pytest.mark.parametrize("approved", [0, 1, 2])
def test_a_pending_quorum_review_counts_its_approvals(
    world: World, open_api: OpenApi, review: Review, approved: int
) -> None:
    ask = open_api(LINKS_DECIDE="false", REQUIRED_APPROVALS="3")
    if approved:
        approve(world, review, *[f"U{number}" for number in range(approved)])

    link = f"/approve?review={review.linked_id}"
    who = ": " + ", ".join(f"U{number}" for number in range(approved)) if approved else ""
    assert f"{approved} of 3 approved{who}. One rejection ends the review." in words(
        ask("GET", link)
    )
    facts = ask("GET", link, json_wanted=True)["body"]
    assert f'"approvals": {approved}, "required_approvals": 3' in facts


def test_approvals_are_not_counted_if_one_is_enough(
    ask_where_slack_decides: Ask, review: Review
) -> None:
    page = ask_where_slack_decides("GET", f"/approve?review={review.linked_id}")

    assert "approved" not in words(page)


def test_a_refused_click_shows_where_to_decide(
    ask_where_slack_decides: Ask, review: Review
) -> None:
    page = ask_where_slack_decides("POST", "/approve", {"review": str(review.linked_id)})

    assert words(page).startswith(f"{CLICKED} dev Awaiting decision")
    assert words(page).count("This link only shows the review.") == 1


def test_a_decided_review_shows_the_outcome_once(world: World, ask: Ask) -> None:
    review = decided(world)

    looked = words(ask("GET", f"/approve?review={review.linked_id}"))
    clicked = words(ask("POST", "/approve", {"review": str(review.linked_id)}))

    asked_by = "Requested by U012ABCDEF (says the caller)"
    headline = f"dev Rejected Customer upload 2026-11-22 {asked_by} Deadline"
    story = (
        "Decided by link, identity not verified"
        " · 22 November 2026, 14:05 UTC Reason wrong &lt;month&gt; Share 8.0%"
    )
    assert looked.startswith(headline)
    assert clicked.startswith(f"This review was already decided. {CLICKED} {headline}")
    assert story in looked
    assert story in clicked
    assert looked.lower().count("rejected") == clicked.lower().count("rejected") == 1


OVER = [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED]


@pytest.mark.parametrize("status", OVER)
def test_an_ended_review_shows_its_status_once_and_an_alert_only_after_a_click(
    world: World, ask: Ask, status: Status
) -> None:
    review = ended(world, status)

    looked = words(ask("GET", f"/approve?review={review.linked_id}"))
    clicked = words(ask("POST", "/approve", {"review": str(review.linked_id)}))

    headline = f"dev {status.capitalize()} Customer upload 2026-11-22 Requested by"
    assert looked.startswith(headline)
    assert clicked.startswith(f"{CLICKED} {headline}")
    assert "It is over. Share 8.0%" in looked
    assert looked.lower().count(status.lower()) == 1


def test_a_review_past_its_deadline_is_shown_as_expired_before_its_row_is(
    world: World, ask: Ask
) -> None:
    review = world.waiting_review(deadline=times.now() - timedelta(seconds=1))

    page = words(ask("GET", f"/approve?review={review.linked_id}"))

    assert page.startswith("dev Expired Customer upload 2026-11-22")
    assert "#signoff-dev No decision was made before the deadline." in page


def test_an_expired_quorum_review_counts_its_approvals(world: World, open_api: OpenApi) -> None:
    ask = open_api(LINKS_DECIDE="false", REQUIRED_APPROVALS="2")
    review = world.waiting_review(deadline=times.now() - timedelta(seconds=1))
    approve(world, review, "U1ANN")

    page = words(ask("GET", f"/approve?review={review.linked_id}"))

    assert page.startswith("dev Expired Customer upload 2026-11-22")
    assert "#signoff-dev 1 of 2 approved before the deadline." in page


@pytest.mark.parametrize("status", OVER)
def test_the_page_and_its_link_agree_about_the_evidence_after_the_end(
    world: World, ask: Ask, status: Status
) -> None:
    for age, offered in ((timedelta(days=6, hours=23), True), (timedelta(days=7), False)):
        for review in (
            ended(world, status, times.now() - age),
            decided(world, times.now() - age),
        ):
            page = ask("GET", f"/approve?review={review.linked_id}")["body"]
            link = ask("GET", f"/evidence?review={review.linked_id}")
            assert ("Download <bdi>run-1.csv</bdi>" in page) is offered
            assert link["statusCode"] == (302 if offered else 410)


def test_the_requester_and_whether_self_approval_can_be_checked(
    world: World, open_api: OpenApi
) -> None:
    def shown(requested_by: str, **settings: str) -> str:
        review = world.waiting_review(
            review_id=new_review_id(), deadline=FAR, requested_by=requested_by
        )
        page = words(open_api(**settings)("GET", f"/approve?review={review.linked_id}"))
        return page.partition("Requested by ")[2].partition(" Deadline")[0]

    assert shown("U012ABCDEF", LINKS_DECIDE="false") == "U012ABCDEF (says the caller)"
    nightly = "nightly import (says the caller)"
    assert shown("nightly import", LINKS_DECIDE="false") == f"{nightly} ({UNCHECKED})"
    allowed = {"LINKS_DECIDE": "false", "ALLOW_SELF_APPROVAL": "true"}
    assert shown("nightly import", **allowed) == nightly
    assert shown("nightly import") == nightly, "a link does not identify the reviewer anyway"
    assert shown("", LINKS_DECIDE="false") == "not stated (self-approval cannot be checked)"
    assert shown("") == "not stated"


def note(world: World, review: Review, posted: str) -> None:
    """Store the outcome of the message in the channel."""
    item = {"review_id": {"S": review.review_id}, "slack_requested": {"S": posted}}
    boto3.client("dynamodb").put_item(TableName=world.notes_table, Item=item)


@pytest.mark.parametrize(
    ("posted", "channel_url", "label", "link"),
    [
        (
            "posted:1795442709.000100",
            CHANNEL_URL,
            "Message in #signoff-dev",
            f"{CHANNEL_URL}/p1795442709000100",
        ),
        ("posted", CHANNEL_URL, "#signoff-dev", CHANNEL_URL),
        ("2026-11-22T14:05:09.000000Z", CHANNEL_URL, "#signoff-dev", CHANNEL_URL),
        ("posted:1795442709.000100", "", "", ""),
    ],
)
def test_a_page_links_to_its_message_in_slack_or_to_the_channel(
    world: World,
    open_api: OpenApi,
    review: Review,
    posted: str,
    channel_url: str,
    label: str,
    link: str,
) -> None:
    note(world, review, posted)

    ask = open_api(SLACK_CHANNEL_URL=channel_url)
    page = Parts(ask("GET", f"/approve?review={review.linked_id}")["body"])

    links = {it.text: it.attributes["href"] for it in page.all("a") if "Down" not in it.text}
    assert links == ({label: link} if link else {})
    assert f"Slack {label or '#signoff-dev'}" in page.text


@pytest.mark.parametrize(
    ("slack_decides", "where"), [("true", "in Slack or with"), ("false", "with")]
)
def test_a_page_that_only_shows_a_review_names_every_way_to_decide(
    open_api: OpenApi, review: Review, slack_decides: str, where: str
) -> None:
    ask = open_api(LINKS_DECIDE="false", SLACK_DECIDES=slack_decides)

    page = words(ask("GET", f"/approve?review={review.linked_id}"))

    assert f"Reviewers decide {where} the signoff command." in page


@pytest.mark.parametrize(
    ("method", "path", "headers", "heading", "way"),
    [
        ("GET", f"/approve?review={UNKNOWN}", {}, "Review not found", OPEN),
        ("GET", "/approve", {}, "Review not found", OPEN),
        ("GET", "/favicon.ico", {}, "Page not found", OPEN),
        (
            "POST",
            "/approve",
            {"sec_fetch_site": "cross-site"},
            "Form ignored",
            f"This form came from another site and was ignored. {OPEN}",
        ),
    ],
)
def test_an_error_page_explains_what_happened_and_where_to_go(
    ask: Ask, method: str, path: str, headers: dict[str, str], heading: str, way: str
) -> None:
    page = Parts(ask(method, path, **headers)["body"])

    assert page.one("h1").text == page.one("title").text == heading
    assert way in page.text
    assert page.text.endswith("Slack channel #signoff-dev")
    assert page.one("a").attributes["href"] == CHANNEL_URL


def test_when_aws_does_not_respond_a_page_can_be_reloaded_and_a_form_submitted_again(
    world: World, ask: Ask
) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.table)
    form = {"review": UNKNOWN, "reason": 'wrong "month" <11>\nsee ticket', "ticket": ""}

    opened = ask("GET", f"/reject?review={UNKNOWN}")
    sent = ask("POST", "/reject", form)

    assert (opened["statusCode"], sent["statusCode"]) == (503, 503)
    assert "Reload the page." in words(opened)
    page = Parts(sent["body"])
    assert page.one("form").attributes == {"method": "post", "action": "reject"}
    fields = {it.attributes["name"]: it.attributes["value"] for it in page.all("input")}
    assert fields == form
    assert page.one("button").text == "Submit again"
