"""Reviews as Slack messages."""

import html
import json
from typing import Any

import pytest

from lambdas.domain.review.events import ENDINGS, Event
from lambdas.domain.review.request import Gauge
from lambdas.domain.review.review import Approvals, Outcome, Status, Way
from lambdas.domain.slack import tables
from lambdas.domain.slack.notices import SlackNotices
from tests.lambdas.conftest import NOW, make_file, make_review
from tests.lambdas.slack.messages import (
    ANSWERS,
    QUESTIONS,
    blocks_of,
    decided,
    ending,
    every_message,
    full_review,
    reply,
    slack_message,
    text_objects,
    texts,
)

REVIEW = make_review()
ROLE = "arn:aws:sts::123456789012:assumed-role/data-ops"
SAYS = "(says the caller)"


def test_a_request_shows_title_facts_gauge_requester_deadline_and_evidence() -> None:
    message = slack_message()
    shown = "\n".join(texts(message))

    assert message["blocks"][0]["type"] == "header"
    for words in (
        "Customer upload 2026-11-22",
        "`dev` · *Decision needed*",
        "*Share*   8.0% (limit 6.0%)",
        "*Rows*\n1,000",
        "*Flagged rows*\n80",
        "*Requested by*\n<@U012ABCDEF>",
        "*Deadline*\n"
        "<!date^1795442709^{date_short_pretty} at {time}|23 November 2026, 14:05 UTC>\n"
        "in 24 hours",
        f"run-1.csv · 41 kB\n<{REVIEW.evidence[0].link}|Download>",
    ):
        assert words in shown


def test_every_field_of_a_request_is_shown_in_reading_order() -> None:
    message = slack_message(review=full_review(), buttons=True, needed=2)
    shown = "\n".join(texts(message))

    in_order = [
        "Customer upload 2026-11-22",
        "Decision needed",
        "Worse for new customers.",
        "Requested by",
        "Deadline",
        "8.0% (limit 6.0%)",
        "*Training rows*\n1,284,311",
        "Segment",
        "evaluation.pdf · 1.2 MB",
        "|Download>",
        "run-1.csv",
        "Dashboard · grafana.example.com",
        "<https://grafana.example.com/d/churn?a=1&amp;b=2|Open>",
        "0 of 2 approvals",
        "Share of traffic",
        "What to watch?",
        "Reason (required to reject)",
        "Approve",
        "Reject",
        "review abcdefghijklmnop\nflow:run-1\nStarted by train:nightly",
        "SHA-256 of evaluation.pdf: `abababababab…`",
    ]
    places = [shown.index(words) for words in in_order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("stage", "block"),
    [
        ("dev", {"type": "context", "text": "`dev` · *Decision needed*"}),
        ("uat", {"type": "context", "text": "`uat` · *Decision needed*"}),
        ("prod", {"type": "section", "text": ":red_circle: *PROD* · *Decision needed*"}),
        ("prod-eu", {"type": "section", "text": ":red_circle: *PROD-EU* · *Decision needed*"}),
    ],
)
def test_production_cannot_be_mistaken_for_another_stage(stage: str, block: Any) -> None:
    shown = slack_message(review=make_review(stage=stage))["blocks"][1]

    text = shown["text"] if "text" in shown else shown["elements"][0]
    assert {"type": shown["type"], "text": text["text"]} == block


@pytest.mark.parametrize("status", ENDINGS)
def test_production_is_marked_in_every_ending_too(status: Status) -> None:
    review = make_review(stage="prod", status=status)
    for message in (slack_message(ENDINGS[status], review), SlackNotices().outcome(review)):
        assert ":red_circle: *PROD*" in "\n".join(texts(message))


@pytest.mark.parametrize(
    ("value", "limit", "bar"),
    [
        (0.08, 0.06, "0% ▰▰▰▰▰▰▰▰▰▰▰▰┃▰▰▰▰▱▱▱▱ 10%"),
        (0.02, 0.06, "0% ▰▰▰▰▱▱▱▱▱▱▱▱┃▱▱▱▱▱▱▱▱ 10%"),
        (0.06, 0.06, "0% ▰▰▰▰▰▰▰▰▰▰▰▰┃▱▱▱▱▱▱▱▱ 10%"),
        (0.0601, 0.06, "0% ▰▰▰▰▰▰▰▰▰▰▰┃▰▱▱▱▱▱▱▱▱ 10%"),
        (0.0004, 0.0005, "0% ▰▰▰▰▰▰▰▰▱▱┃▱▱▱▱▱▱▱▱▱▱ 0.1%"),
        (1.0, 0.999, "0% ▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰┃▰ 100%"),
        (0.0, 1.0, "0% ▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱┃ 100%"),
        (0.00000001, 0.0, "0% ┃▰▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0.1%"),
        (0.0, 0.0, "0% ┃▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0.1%"),
    ],
)
def test_a_gauge_shows_on_which_side_of_its_limit_a_share_is(
    value: float, limit: float, bar: str
) -> None:
    message = slack_message(
        review=make_review(gauge=Gauge(name="Failing", value=value, limit=limit))
    )

    [shown] = [text for text in texts(message) if text.startswith("*Failing*")]
    assert shown.splitlines()[1] == bar


def test_a_preview_is_a_table_with_right_aligned_numbers_and_no_empty_cells() -> None:
    [table] = blocks_of(slack_message(review=full_review()), "table")

    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Segment", "Customers", "Recall"],
        ["New", "18,211", "0.71"],
        ["Returned", "–", "0.7"],  # noqa: RUF001
        ["–", "9,122", "0.84"],  # noqa: RUF001
    ]
    assert [it["align"] for it in table["column_settings"]] == ["left", "right", "right"]


def test_a_rejected_table_can_be_shown_as_lines() -> None:
    message = slack_message(review=full_review())
    table = message["blocks"].index(blocks_of(message, "table")[0])

    plainer = tables.as_lines(message)["blocks"]

    assert [*plainer[:table], *plainer[table + 1 :]] == [
        block for block in message["blocks"] if block["type"] != "table"
    ]
    assert plainer[table]["text"]["text"].splitlines()[1] == "New · 18,211 · 0.71"


def test_links_name_the_whole_host_that_they_lead_to() -> None:
    far = f"{'bank.' * 40}evil.example"
    hosts = {"Ours": "https://OURS.example:8443/a", "Theirs": f"https://{far}/"}
    shown = list(texts(slack_message(review=make_review(links=hosts))))

    assert "Ours · ours.example:8443" in shown
    assert f"Theirs · {far}" in shown


def test_an_address_too_long_for_a_message_is_on_the_page() -> None:
    review = make_review(
        links={"Run": "https://a.example/?" + "&" * 1900},
        evidence=(make_file(link="https://b.example/" + "x" * 3000), make_file(name="lost")),
    )
    shown = list(texts(slack_message(review=review)))

    for words in ("Run · a.example", "run-1.csv · 41 kB", "lost · 41 kB"):
        assert f"{words} (link on the review page)" in shown


@pytest.mark.parametrize(
    "value", ["*approved*", "`rm`", "~no~", "_so_", ":white_check_mark:", "> quoted"]
)
def test_no_fact_is_read_as_markup(value: str) -> None:
    message = slack_message(review=make_review(facts={"Fact": value}))

    [text] = [it for it in text_objects(message["blocks"]) if it["text"].startswith("Fact\n")]
    assert (text["type"], text["emoji"]) == ("plain_text", False)
    assert html.unescape(text["text"]) == f"Fact\n{value}"


def test_without_buttons_there_are_links_whose_clicks_slack_does_not_send() -> None:
    shown = json.dumps(slack_message())

    assert '"button"' not in shown
    assert f"<{REVIEW.approval_link}|Approve>" in shown
    assert f"<{REVIEW.rejection_link}|Reject>" in shown


def test_the_plain_text_is_for_notifications() -> None:
    assert slack_message()["text"] == "Decision needed in dev: Customer upload 2026-11-22"


def test_the_plain_text_of_an_ending_has_no_markup() -> None:
    message = ending(**decided())

    assert message["text"] == (
        "Approved by someone with the link (identity not verified) in dev: "
        "Customer upload 2026-11-22"
    )


def test_no_message_lets_slack_open_its_links() -> None:
    for message in every_message().values():
        if "replace_original" not in message:
            assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("event", "headline"),
    [
        (Event.REMINDER, "Reminder: 2 hours left"),
        (Event.ESCALATED, "Still no decision, 1 hour left"),
    ],
)
@pytest.mark.parametrize("buttons", [True, False])
def test_a_reminder_shows_the_time_left_and_how_to_decide(
    event: Event, headline: str, buttons: bool
) -> None:
    message = slack_message(event, buttons=buttons)

    assert message["text"] == f"{headline} in dev: Customer upload 2026-11-22"
    assert f"`dev` · *{headline}*" in texts(message)
    shown = json.dumps(message)
    assert ('"action_id": "approve"' in shown) is buttons
    assert (f"<{REVIEW.rejection_link}|Reject>" in shown) is not buttons


@pytest.mark.parametrize(
    ("event", "approvals", "headline"),
    [
        (Event.REMINDER, [], "Reminder: 2 hours left, 0 of 2 approved"),
        (Event.REMINDER, ["U1ANN"], "Reminder: 2 hours left, 1 of 2 approved"),
        (Event.ESCALATED, [], "Still no decision, 1 hour left, 0 of 2 approved"),
        (Event.ESCALATED, ["U1ANN"], "More approvals needed, 1 hour left, 1 of 2 approved"),
    ],
)
def test_a_quorums_reminder_lists_who_has_approved(
    event: Event, approvals: list[str], headline: str
) -> None:
    review = make_review(approvals=Approvals({it: it for it in approvals}))
    message = slack_message(event, review, buttons=True, needed=2)

    assert f"`dev` · *{headline}*" in texts(message)
    names = f": {', '.join(f'<@{name}>' for name in approvals)}" if approvals else ""
    assert f"*{len(approvals)} of 2 approvals*{names} · one rejection ends the review" in texts(
        message
    )


def test_a_reply_has_links_instead_of_buttons() -> None:
    for buttons in (True, False):
        below = reply(buttons=buttons)

        assert below["text"] == "Reminder: 2 hours left to decide."
        shown = json.dumps(below)
        assert REVIEW.approval_link in shown
        assert (REVIEW.rejection_link in shown) is not buttons
        assert '"actions"' not in shown


@pytest.mark.parametrize("status", ENDINGS)
def test_every_ending_names_the_review_and_who_requested_it(status: Status) -> None:
    shown = json.dumps(ending(status))

    for words in ("Customer upload 2026-11-22", "review abcdefghijklmnop", "<@U012ABCDEF>"):
        assert words in shown


@pytest.mark.parametrize(
    ("message", "headline"),
    [
        (
            ending(**decided()),
            ":white_check_mark: *Approved* by someone with the link (identity not verified)",
        ),
        (
            ending(**decided(Outcome.REJECTED, reviewer="U9LEE", reason="no")),
            ":no_entry: *Rejected* by <@U9LEE>",
        ),
        (ending(**decided(reviewer="U0987654")), ":white_check_mark: *Approved* by <@U0987654>"),
        (
            ending(
                **decided(reviewer="Kim", approvals=Approvals({"T1/U2BOB": "Bob", "Kim": "Kim"}))
            ),
            ":white_check_mark: *Approved* by <@U2BOB>, Kim",
        ),
        (
            ending(**decided(reviewer_key=ROLE, reviewer="kim", self_approval_unchecked=True)),
            ":white_check_mark: *Approved* by kim (self-approval could not be checked)",
        ),
        (ending(Status.EXPIRED), ":hourglass: *Expired*: no decision by the deadline"),
        (
            ending(Status.EXPIRED, approvals=Approvals({"U1ANN": "Ann"})),
            ":hourglass: *Expired*: 1 of 1 approved",
        ),
        (
            ending(**decided(Outcome.REJECTED, reviewer="timeout", via=Way.TIMEOUT)),
            ":no_entry: *Rejected* by timeout",
        ),
        (ending(Status.UNDELIVERED), ":heavy_minus_sign: *Undelivered*"),
        (ending(Status.CANCELLED), ":heavy_minus_sign: *Cancelled*"),
    ],
)
def test_every_ending_has_its_headline(message: dict[str, Any], headline: str) -> None:
    assert message["blocks"][0]["text"]["text"].split("\n")[0] == headline


@pytest.mark.parametrize(
    ("name", "buttons", "own", "shown"),
    [
        ("U012ABCDEF", True, False, f"<@U012ABCDEF> {SAYS}"),
        ("Kim", True, False, f"Kim {SAYS} (not a Slack user: self-approval cannot be checked)"),
        ("Kim", True, True, f"Kim {SAYS}"),
        ("Kim", False, False, f"Kim {SAYS}"),
        (
            "UNKNOWN",
            True,
            False,
            f"UNKNOWN {SAYS} (not a Slack user: self-approval cannot be checked)",
        ),
        ("uploader01", True, True, f"uploader01 {SAYS}"),
        (f"{ROLE}/kim", True, True, f"kim (role data-ops) {SAYS}"),
        ("", True, False, "not stated (self-approval cannot be checked)"),
        ("", True, True, "not stated"),
        ("", False, False, "not stated"),
    ],
)
def test_a_request_shows_the_requester_and_whether_self_approval_can_be_checked(
    name: str, buttons: bool, own: bool, shown: str
) -> None:
    review = make_review(requested_by=name)
    message = slack_message(review=review, buttons=buttons, own=own)

    assert f"*Requested by*\n{shown}" in texts(message)


@pytest.mark.parametrize(
    ("claimed", "asker", "shown"),
    [
        ("", f"{ROLE}", "verified: role ci (self-approval cannot be checked)"),
        ("", "U012ABCDEF", "verified: role ci"),
        ("U2BOB90000", ROLE, f"<@U2BOB90000> {SAYS}, verified: role ci"),
        ("verified: root", "U012ABCDEF", f'"verified: root" {SAYS}, verified: role ci'),
    ],
)
def test_a_request_shows_whether_the_requester_is_verified(
    claimed: str, asker: str, shown: str
) -> None:
    review = make_review(requested_by=claimed, asker=asker, verified_requester="role ci")

    assert f"*Requested by*\n{shown}" in texts(slack_message(review=review, buttons=True))


def test_with_buttons_people_decide_in_slack_and_can_give_a_reason() -> None:
    blocks = slack_message(buttons=True)["blocks"]

    [reason] = [it for it in blocks if it["type"] == "input"]
    [actions] = [it for it in blocks if it["type"] == "actions"]
    assert (reason["optional"], reason["element"]["max_length"]) == (True, 500)
    assert [(it["action_id"], it["value"], "url" in it) for it in actions["elements"]] == [
        ("approve", REVIEW.review_id, False),
        ("reject", REVIEW.review_id, False),
    ]
    assert REVIEW.approval_link in json.dumps(blocks), "the page can still be reached"


def test_a_quorum_shows_the_number_of_approvals() -> None:
    assert "*0 of 2 approvals*" in json.dumps(slack_message(buttons=True, needed=2))
    voted = make_review(approvals=Approvals({"U1ANN": "Ann"}))
    replaced = SlackNotices(buttons=True, needed=3).replacement(voted, NOW)
    assert "*1 of 3 approvals*: <@U1ANN> · one rejection ends the review" in texts(replaced)


def test_questions_are_inputs_that_match_their_kinds() -> None:
    message = slack_message(review=full_review(), buttons=True)
    *asked, reason = blocks_of(message, "input")

    assert [
        (it["block_id"], it["element"]["action_id"], it["element"]["type"], it["optional"])
        for it in asked
    ] == [
        ("answer_share", "share", "plain_text_input", False),
        ("answer_region", "region", "static_select", True),
        ("answer_informed", "informed", "radio_buttons", False),
        ("answer_watch", "watch", "plain_text_input", True),
    ]
    assert reason["block_id"] == "reason"
    share, region, informed, watch = asked
    assert [it["label"]["text"] for it in asked] == [it.label for it in QUESTIONS]
    assert share["hint"]["text"] == "Enter a number, such as 12.5"
    assert [(it["text"]["text"], it["value"]) for it in region["element"]["options"]] == [
        ("eu", "0"),
        ("us &lt;3", "1"),
    ]
    assert [it["value"] for it in informed["element"]["options"]] == ["yes", "no"]
    assert watch["element"]["max_length"] == 500


def test_without_buttons_the_page_asks_the_questions() -> None:
    message = slack_message(review=full_review())

    assert blocks_of(message, "input") == []
    assert "You'll confirm on the next page, which has 4 questions." in "\n".join(texts(message))


@pytest.mark.parametrize("kind", ["decided", "closed", "replaced"])
def test_the_outcome_lists_answers_by_the_questions_labels(kind: str) -> None:
    shown = list(texts(every_message()[kind]))

    assert "Reason: no" in shown
    assert "*Share of traffic*\n5" in shown
    assert "*Region*\nus &lt;3" in shown
    assert "*Is support informed?*\nyes" in shown
    assert "What to watch?" not in "\n".join(shown)


def test_an_end_without_a_decision_has_no_answers() -> None:
    review = full_review(status=Status.CANCELLED, ended_because="stopped", answers=ANSWERS)

    assert "Share of traffic" not in "\n".join(texts(SlackNotices().outcome(review)))


def test_an_ended_request_keeps_its_content_and_has_no_inputs() -> None:
    closed = every_message()["closed"]
    shown = "\n".join(texts(closed))

    for words in ("Worse for new customers.", "evaluation.pdf", "*AUC*\n0.913", "0% ▰"):
        assert words in shown
    assert "Deadline" not in shown
    assert not [it for it in closed["blocks"] if it["type"] in ("input", "actions", "table")]
