"""Late, invalid and missing responses: retries take effect once."""

import json

import pytest

from tests.http_stub import Answer
from tests.signoff import reviews
from tests.signoff.conftest import KEY, Scripts, json_response
from tests.signoff.reviews import ACCOUNT, REVIEW_ID, decided, review, summary

ROOT_USER = f"arn:aws:iam::{ACCOUNT}:root"
NO_RESPONSE = Answer(502, b"")
IDENTITY = (
    "<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'>"
    "<GetCallerIdentityResult><Arn>{}</Arn></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>"
)
ME = Answer(200, IDENTITY.format(ROOT_USER).encode(), {"Content-Type": "text/xml"})
EXPIRED_TOKEN = Answer(
    403, b"<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>"
)
LIST = ("GET", "/operator/reviews?status=PENDING")
SHOW = ("GET", f"/operator/reviews/{REVIEW_ID}")
ALREADY_APPROVED = json_response(
    {"error": "This review was already approved by kim.", "review": decided()}, 409
)


def entry(event: str, identity: str = ROOT_USER) -> dict[str, str]:
    return reviews.entry(event, identity)


def test_a_read_is_retried(scripted: Scripts) -> None:
    stage = scripted(
        json_response({"error": "AWS did not answer."}, 503), NO_RESPONSE, {"reviews": [summary()]}
    )
    assert stage.terminal.run("list", "--local").status == 0
    assert stage.asked == [LIST] * 3


def test_all_pages_of_audit_entries_are_shown(scripted: Scripts) -> None:
    pages = [
        review(audit_entries=[entry("review.requested")], next="W10="),
        review(audit_entries=[entry("review.opened")], next="W1t="),
        review(audit_entries=[entry("review.refused")]),
    ]
    stage = scripted(*pages, *pages)

    shown = stage.terminal.run("show", REVIEW_ID, "--local").out
    parsed = json.loads(stage.terminal.run("show", REVIEW_ID, "--local", "--json").out)

    assert all(word in shown for word in ("requested", "opened", "refused"))
    assert ([it["event"] for it in parsed["audit_entries"]], parsed["next"]) == (
        ["review.requested", "review.opened", "review.refused"],
        None,
    )
    more = [("GET", f"{SHOW[1]}?next={place}%3D") for place in ("W10", "W1t")]
    assert stage.asked == [SHOW, *more] * 2


def test_an_endless_list_of_audit_entries_is_cut_with_a_note(scripted: Scripts) -> None:
    endless = review(audit_entries=[entry("review.opened")] * 50, next="more")

    shown = scripted(endless).terminal.run("show", REVIEW_ID, "--local").out

    assert "Later entries are not shown." in shown


def test_a_reminder_is_recognized_on_a_later_page_of_audit_entries(scripted: Scripts) -> None:
    before = [
        review(audit_entries=[entry("review.reminder")], next="1"),
        review(audit_entries=[entry("review.reminder")]),
    ]
    after = [before[0], review(audit_entries=[entry("review.reminder")] * 2)]
    too_soon = json_response({"error": "within the last minute", "review": review()}, 429)
    stage = scripted(*before, NO_RESPONSE, too_soon, ME, *after)

    assert stage.terminal.run("remind", REVIEW_ID, "--local").status == 0


def test_a_stage_without_a_response_is_unreachable(scripted: Scripts) -> None:
    result = scripted(NO_RESPONSE).terminal.run("list", "--local")
    assert result.status == 4
    assert result.out == ""
    assert "status 502" in result.err


def test_a_stopped_local_stack_is_unreachable(scripted: Scripts) -> None:
    stage = scripted({})
    state = stage.terminal.folder / ".local/state.json"
    state.write_text(state.read_text().replace("127.0.0.1", "127.0.0.1:1/"))
    result = stage.terminal.run("list", "--local")
    assert result.status == 4
    assert "make demo" in result.err


def test_the_local_stack_ignores_the_users_proxy_and_credentials(
    scripted: Scripts,
) -> None:
    env = {
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "AWS_PROFILE": "mine",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIAMINE",
        "AWS_SESSION_TOKEN": "mine",
    }
    start = json_response({"executionArn": "arn:x", "startDate": 1})
    stage = scripted({"reviews": []}, start, env=env)
    assert stage.terminal.run("list", "--local").status == 0
    assert stage.terminal.run("start", "--requested-by", "kim", "--local").status == 0
    for headers in stage.stub.headers:
        assert f"Credential={KEY}/" in headers["Authorization"]
        assert "X-Amz-Security-Token" not in headers


def test_a_decision_with_a_lost_response_is_retried_and_recognized(
    scripted: Scripts,
) -> None:
    mine = decided(audit_entries=[entry("review.decided")])
    stage = scripted(review(), NO_RESPONSE, ALREADY_APPROVED, ME, mine)
    result = stage.terminal.run("approve", REVIEW_ID, "--yes", "--local")
    assert (result.status, result.out) == (0, f"Approved: {mine['title']} ({REVIEW_ID})\n")
    assert stage.asked[1:3] == [("POST", f"/operator/reviews/{REVIEW_ID}/approve")] * 2


def test_the_decision_of_another_user_is_an_error(scripted: Scripts) -> None:
    theirs = decided(audit_entries=[entry("review.decided", "arn:aws:iam::1:user/kim")])
    stage = scripted(review(), NO_RESPONSE, ALREADY_APPROVED, ME, theirs)
    result = stage.terminal.run("approve", REVIEW_ID, "--yes", "--local")
    assert (result.status, result.out) == (1, "")
    assert "already approved by kim" in result.err


def test_one_of_several_approvals_with_a_lost_response_counts(scripted: Scripts) -> None:
    refused = json_response({"error": "You already approved this.", "review": review()}, 403)
    voted = review(approvals=1, required_approvals=2, audit_entries=[entry("review.approval")])
    stage = scripted(review(required_approvals=2), NO_RESPONSE, refused, ME, voted)
    result = stage.terminal.run("approve", REVIEW_ID, "--yes", "--local")
    assert result.status == 0
    assert result.out.startswith("Approval added (1 of 2): ")


def test_a_reminder_with_a_lost_response_succeeds(scripted: Scripts) -> None:
    refused = json_response({"error": "Reminded within the last minute.", "review": review()}, 429)
    stage = scripted(
        review(), NO_RESPONSE, refused, ME, review(audit_entries=[entry("review.reminder")])
    )
    assert stage.terminal.run("remind", REVIEW_ID, "--local").status == 0


def test_a_reminder_too_soon_is_refused(scripted: Scripts) -> None:
    refused = json_response({"error": "Reminded within the last minute.", "review": review()}, 429)
    stage = scripted(review(), refused)
    assert stage.terminal.run("remind", REVIEW_ID, "--local").status == 1
    assert len(stage.asked) == 2


def test_without_any_response_the_outcome_is_reported_as_unknown(scripted: Scripts) -> None:
    stage = scripted(review(), NO_RESPONSE)
    result = stage.terminal.run("cancel", REVIEW_ID, "--yes", "--local")
    assert result.status == 4
    assert "The request may or may not have taken effect" in result.err
    assert f"signoff show {REVIEW_ID} --local\n" in result.err
    assert len(stage.asked) == 4


def test_an_unconfirmed_decision_is_not_sent_again(scripted: Scripts) -> None:
    late = json_response(
        {"error": "The decision is recorded, but AWS has not confirmed it yet."}, 503
    )
    stage = scripted(review(), late)
    result = stage.terminal.run("approve", REVIEW_ID, "--yes", "--local")
    assert result.status == 4
    assert "is recorded" in result.err
    assert len(stage.asked) == 2


def test_a_retried_start_starts_one_execution(scripted: Scripts) -> None:
    stage = scripted(Answer(503, b"{}"), json_response({"executionArn": "arn:x", "startDate": 1}))
    assert stage.terminal.run("start", "--requested-by", "kim", "--local").status == 0
    names = {json.loads(body)["name"] for _, _, body in stage.stub.asked}
    assert len(stage.stub.asked) == 2
    assert len(names) == 1


@pytest.mark.parametrize(
    "given", ["xyz", "", "../x", REVIEW_ID[:8], "1" * 16, f"{REVIEW_ID}.{'0' * 32}"]
)
def test_an_invalid_id_is_a_usage_error(scripted: Scripts, given: str) -> None:
    stage = scripted({})
    assert stage.terminal.run("show", given, "--local").status == 2
    assert stage.asked == []


def test_open_opens_the_page_in_the_browser(scripted: Scripts) -> None:
    result = scripted(review()).terminal.run("open", REVIEW_ID, "--local")
    assert (result.status, result.out, result.err) == (0, f"{review()['page']}\n", "")
    assert len(result.opened) == 1
    assert review()["page"] not in result.opened[0], "other users see arguments of processes"


def test_a_page_without_a_web_address_is_not_opened(scripted: Scripts) -> None:
    result = scripted(review(page="file:///etc/passwd")).terminal.run("open", REVIEW_ID, "--local")
    assert (result.status, result.out, result.opened) == (1, "", [])


APPROVED = {
    "review_id": REVIEW_ID,
    "decision": "approved",
    "reviewer": "Lin Berg",
    "reason": "",
}
ASKED = json_response({"review_id": REVIEW_ID}, 201)
PENDING = {**summary(), "answer": None}
ENDED = {**PENDING, "status": "APPROVED", "answer": APPROVED}
ASK = ("ask", "--title", "Promote?", "--requested-by", "kim", "--local")


def test_waiting_survives_a_short_outage(scripted: Scripts) -> None:
    unavailable = [Answer(500, b"{}")] * 3  # all attempts of one read
    stage = scripted(ASKED, PENDING, *unavailable, ENDED)
    result = stage.terminal.run(*ASK, "--wait")
    assert (result.status, result.out) == (0, "Approved by Lin Berg\n")
    assert stage.asked[:2] == [("POST", "/asker/reviews"), ("GET", f"/asker/reviews/{REVIEW_ID}")]


def test_an_approval_of_another_review_is_not_accepted(scripted: Scripts) -> None:
    another = {**ENDED, "answer": {**APPROVED, "review_id": "c" * 16}}
    result = scripted(ASKED, another).terminal.run(*ASK, "--wait")
    assert result.status == 1
    assert "The answer is for a different review than the one requested." in result.err


@pytest.mark.parametrize("decision", ["rejected", "expired", "cancelled", "undelivered"])
def test_any_other_decision_is_exit_status_1(scripted: Scripts, decision: str) -> None:
    ended = {**ENDED, "answer": {**APPROVED, "decision": decision, "context": "approved"}}
    result = scripted(ASKED, ended).terminal.run(*ASK, "--wait", "--json")
    assert result.status == 1
    assert result.json["answer"]["decision"] == decision


def test_a_request_with_a_lost_response_is_not_sent_again(scripted: Scripts) -> None:
    stage = scripted(NO_RESPONSE)
    result = stage.terminal.run(*ASK)
    assert result.status == 4
    assert "The review may or may not have been requested." in result.err
    assert "Check your requests: signoff list --local" in result.err
    assert stage.asked == [("POST", "/asker/reviews")]


def test_a_request_that_the_gate_rejects_is_a_usage_error(scripted: Scripts) -> None:
    wrong = json_response({"error": "title must be one line"}, 422)
    result = scripted(wrong).terminal.run(*ASK)
    assert result.status == 2
    assert "Invalid request: title must be one line" in result.err


def test_expired_credentials_end_the_wait_but_not_the_review(
    scripted: Scripts,
) -> None:
    stage = scripted(ASKED, PENDING, json_response({}, 403), EXPIRED_TOKEN)
    result = stage.terminal.run(*ASK, "--wait")
    assert result.status == 4
    assert "aws sso login" in result.err
    wait_again = f"Wait again: signoff wait {REVIEW_ID} --local"
    assert f"The review is still pending.\n{wait_again}" in result.err
