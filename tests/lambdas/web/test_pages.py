"""What the pages of a review say, to whoever opens them and to whoever has clicked."""

import re
from datetime import timedelta

import pytest

from lambdas.shared.review.review import Review, Status, new_review_id
from lambdas.shared.runtime import times
from tests.lambdas.conftest import World
from tests.lambdas.web.conftest import FAR, Ask, OpenApi, decided, ended

CLICKED = "Nothing was decided by this click."
UNCHECKED = "not a Slack user: self-approval cannot be checked"


def words(answer: dict[str, str]) -> str:
    """What people read: no markup, no style, no title of the tab."""
    body = answer["body"].partition("<main>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def approve(world: World, review: Review, *people: str) -> None:
    """These people approve, and it takes more."""
    world.store.change(review.review_id, {}, additions={"approvals": set(people)})


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_a_waiting_review_is_shown_with_its_facts_and_one_form(
    ask: Ask, review: Review, page: str
) -> None:
    answer = ask("GET", f"/{page}?review={review.review_id}")

    body = answer["body"]
    assert body.count("<form") == body.count("<button") == 1
    assert f'<form method="post" action="{page}">' in body
    for fact in (
        "Awaiting decision",
        "Customer upload 2026-11-22",
        "8.0% (80 of 1,000 rows, limit 6.0%)",
        "U012ABCDEF",
        "ab" * 32,
        f'href="evidence?review={review.review_id}"',
        "identity is not verified",
    ):
        assert fact in body


def test_only_a_rejection_insists_on_a_reason(ask: Ask, review: Review) -> None:
    assert " required>" not in ask("GET", f"/approve?review={review.review_id}")["body"]
    assert " required>" in ask("GET", f"/reject?review={review.review_id}")["body"]


def test_pages_carry_no_script_and_strict_headers(ask: Ask, review: Review) -> None:
    answer = ask("GET", f"/approve?review={review.review_id}")

    assert "<script" not in answer["body"]
    assert 'style="' not in answer["body"], "the policy allows one style sheet by its hash"
    headers = answer["headers"]
    policy = headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; "
        r"base-uri 'none'; frame-ancestors 'none'",
        policy,
    )
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_hostile_words_are_shown_as_words(world: World, ask: Ask) -> None:
    hostile = '"><script>alert(1)</script>'
    review = world.waiting_review(deadline=FAR, title=hostile, requested_by=hostile, stage=hostile)

    for page in ("approve", "reject"):
        body = ask("GET", f"/{page}?review={review.review_id}")["body"]
        assert "<script" not in body
        assert "&lt;script&gt;" in body
    form = {"review": review.review_id, "reason": hostile + "x" * 500}
    assert "<script" not in ask("POST", "/reject", form)["body"]
    form["reason"] = hostile
    assert "<script" not in ask("POST", "/reject", form)["body"]


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_where_only_slack_decides_a_page_says_so_and_where(
    ask_where_slack_decides: Ask, review: Review, page: str
) -> None:
    answer = ask_where_slack_decides("GET", f"/{page}?review={review.review_id}")

    assert answer["statusCode"] == 200
    assert "<form" not in answer["body"]
    for said in ("Awaiting decision", "8.0% (80 of 1,000", "buttons in Slack only", "#signoff-dev"):
        assert said in words(answer)
    assert CLICKED not in answer["body"]


@pytest.mark.parametrize("approved", [0, 1, 2])
def test_a_waiting_quorum_review_says_how_many_have_approved(
    world: World, open_api: OpenApi, review: Review, approved: int
) -> None:
    ask = open_api(LINKS_DECIDE="false", REQUIRED_APPROVALS="3")
    if approved:
        approve(world, review, *[f"U{number}" for number in range(approved)])

    link = f"/approve?review={review.review_id}"
    assert f"{approved} of 3 approved. One rejection ends it." in words(ask("GET", link))
    facts = ask("GET", link, json_wanted=True)["body"]
    assert f'"approvals": {approved}, "required_approvals": 3' in facts


def test_where_one_approval_is_enough_nobody_counts(
    ask_where_slack_decides: Ask, review: Review
) -> None:
    page = ask_where_slack_decides("GET", f"/approve?review={review.review_id}")

    assert "approved" not in words(page)


def test_a_click_that_may_not_decide_leads_to_where_people_decide(
    ask_where_slack_decides: Ask, review: Review
) -> None:
    page = ask_where_slack_decides("POST", "/approve", {"review": review.review_id})

    assert words(page).startswith(f"{CLICKED} dev Awaiting decision")
    assert words(page).count("buttons in Slack only") == 1


def test_a_decided_review_says_the_outcome_once(world: World, ask: Ask) -> None:
    review = decided(world)

    looked = words(ask("GET", f"/approve?review={review.review_id}"))
    clicked = words(ask("POST", "/approve", {"review": review.review_id}))

    story = (
        "dev Rejected Customer upload 2026-11-22 By link, identity not verified"
        " · 22 November 2026, 14:05 UTC Reason: wrong &lt;month&gt; Flagged"
    )
    assert looked.startswith(story)
    assert clicked.startswith(f"Somebody has decided already. {CLICKED} {story}")
    assert looked.lower().count("rejected") == clicked.lower().count("rejected") == 1


OVER = [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED]


@pytest.mark.parametrize("status", OVER)
def test_a_review_that_is_over_says_how_once_and_of_a_click_only_after_one(
    world: World, ask: Ask, status: Status
) -> None:
    review = ended(world, status)

    looked = words(ask("GET", f"/approve?review={review.review_id}"))
    clicked = words(ask("POST", "/approve", {"review": review.review_id}))

    story = f"dev {status.capitalize()} Customer upload 2026-11-22 It is over. Flagged"
    assert looked.startswith(story)
    assert clicked.startswith(f"{CLICKED} {story}")
    assert looked.lower().count(status.lower()) == 1


def test_past_its_deadline_a_review_says_expired_before_its_row_does(
    world: World, ask: Ask
) -> None:
    review = world.waiting_review(deadline=times.now() - timedelta(seconds=1))

    page = words(ask("GET", f"/approve?review={review.review_id}"))

    assert page.startswith("dev Expired Customer upload 2026-11-22 Nobody decided before the")


def test_an_expired_quorum_review_says_how_many_had_approved(
    world: World, open_api: OpenApi
) -> None:
    ask = open_api(LINKS_DECIDE="false", REQUIRED_APPROVALS="2")
    review = world.waiting_review(deadline=times.now() - timedelta(seconds=1))
    approve(world, review, "U1ANN")

    page = words(ask("GET", f"/approve?review={review.review_id}"))

    assert page.startswith("dev Expired Customer upload 2026-11-22 1 of 2 approved before the")


@pytest.mark.parametrize("status", OVER)
def test_the_page_and_its_link_agree_about_the_evidence_after_the_end(
    world: World, ask: Ask, status: Status
) -> None:
    for age, offered in ((timedelta(days=6, hours=23), True), (timedelta(days=7), False)):
        for review in (
            ended(world, status, times.now() - age),
            decided(world, times.now() - age),
        ):
            page = ask("GET", f"/approve?review={review.review_id}")["body"]
            link = ask("GET", f"/evidence?review={review.review_id}")
            assert ("Download the file" in page) is offered
            assert link["statusCode"] == (302 if offered else 410)


def test_who_asked_and_whether_self_approval_can_be_checked(
    world: World, open_api: OpenApi
) -> None:
    def shown(requested_by: str, **settings: str) -> str:
        review = world.waiting_review(
            review_id=new_review_id(), deadline=FAR, requested_by=requested_by
        )
        page = words(open_api(**settings)("GET", f"/approve?review={review.review_id}"))
        return page.partition("Requested by ")[2].partition(" Deadline")[0]

    assert shown("U012ABCDEF", LINKS_DECIDE="false") == "U012ABCDEF"
    assert shown("nightly import", LINKS_DECIDE="false") == f"nightly import ({UNCHECKED})"
    allowed = {"LINKS_DECIDE": "false", "ALLOW_SELF_APPROVAL": "true"}
    assert shown("nightly import", **allowed) == "nightly import"
    assert shown("nightly import") == "nightly import", "a link does not tell who decides anyway"
    assert shown("") == "nobody (started automatically)"
