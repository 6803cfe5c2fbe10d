"""Lists of reviews at any width, without control characters."""

import re
from datetime import timedelta

import pytest

from tests.signoff.conftest import Scripts, json_response
from tests.signoff.reviews import REVIEW_ID, decided, entry, now, review, summary, timestamp

HOSTILE = "\x1b[31mred\x1b[0m [red]markup[/red] \x9b2J \u202egnp.exe\x07 \x1b]8;;http://evil\x1b\\x"


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 120])
def test_a_list_fits_the_terminal(scripted: Scripts, columns: int) -> None:
    long = summary(title="Promote churn-model 7? " * 6, requested_by_name="nightly@example.com" * 4)
    stage = scripted({"reviews": [long, summary()], "next": None}, columns=columns)
    shown = stage.terminal.run("list", "--local").out
    assert REVIEW_ID in shown
    assert "2h 0m" in shown
    assert max(len(line) for line in shown.splitlines()) <= columns


def test_a_wide_terminal_shows_names_in_full(scripted: Scripts) -> None:
    name = "nightly-retraining@example.com"
    stage = scripted({"reviews": [summary(requested_by_name=name)], "next": None}, columns=120)
    assert name in stage.terminal.run("list", "--local").out


def test_a_pipe_gets_every_column_in_full(scripted: Scripts) -> None:
    title = " ".join(["Promote churn-model 7?"] * 6)
    stage = scripted({"reviews": [summary(title=title)], "next": None})
    with stage.terminal.piped("list", "--local", columns=False) as process:
        out, _ = process.communicate(timeout=60)
    assert title in out
    assert "REQUESTED BY" in out


@pytest.mark.parametrize("columns", [30, 80])
def test_long_links_are_not_broken(scripted: Scripts, columns: int) -> None:
    link = f"https://example.com/{'path/' * 40}end"
    given = review(
        facts={"Run": link},
        summary=f"See {link}",
        reason=f"See {link} for more",
        links={"Report": link},
        preview={"columns": ["file", "rows"], "rows": [[link, 1]]},
        audit_entries=[entry(why=f"approved: {link}")],
        page=link,
    )
    shown = scripted(given, columns=columns).terminal.run("show", REVIEW_ID, "--local").out
    assert shown.count(link) == 7


def test_a_narrow_terminal_keeps_the_id_the_time_and_the_title(scripted: Scripts) -> None:
    stage = scripted({"reviews": [summary()], "next": None}, columns=40)
    shown = stage.terminal.run("list", "--local").out
    assert "ID                TIME LEFT  TITLE" in shown
    assert "APPROVALS" not in shown


@pytest.mark.parametrize(
    "command", [["list"], ["history"], ["show", REVIEW_ID], ["list", "--json"]]
)
def test_control_characters_in_reviews_are_not_printed(
    scripted: Scripts, command: list[str]
) -> None:
    hostile = {"title": HOSTILE, "requested_by": HOSTILE, "requested_by_name": HOSTILE}
    found = {
        **review(**hostile, summary=HOSTILE, reason=HOSTILE, facts={HOSTILE: HOSTILE}),
        "links": {HOSTILE: f"https://example.com/{HOSTILE}"},
        "reviewer": HOSTILE,
        "status": "CANCELLED",
    }
    stage = scripted({**found, "reviews": [found], "next": None}, columns=120)
    shown = stage.terminal.run(*command, "--local").out
    assert "[red]markup[/red]" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_control_characters_in_errors_are_not_printed(scripted: Scripts) -> None:
    result = scripted(json_response({"error": HOSTILE}, 409)).terminal.run("list", "--local")
    assert result.status == 1
    assert "[red]markup[/red]" in result.err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.err)


def test_pages_are_read_up_to_the_limit(scripted: Scripts) -> None:
    first = [summary(review_id=f"{n:016}") for n in range(50)]
    page = {"reviews": first, "next": "a b&c"}
    stage = scripted(page, {"reviews": [summary()], "next": None})
    result = stage.terminal.run("list", "--local", "--json", "--limit", "51").json
    assert len(result["reviews"]) == 51
    assert result["more"] is False
    assert stage.asked[1] == ("GET", "/operator/reviews?status=PENDING&next=a+b%26c")


def test_a_list_shows_that_there_are_more_results(scripted: Scripts) -> None:
    stage = scripted({"reviews": [summary(), summary(review_id="b" * 16)], "next": "more"})
    result = stage.terminal.run("list", "--local", "--limit", "1")
    assert "1 pending" in result.out
    assert "More results: --limit 2" in result.out
    assert "1" * 8 not in result.out


def test_history_lists_ended_reviews(scripted: Scripts) -> None:
    stage = scripted({"reviews": [summary(), decided(title="Ended")], "next": None})
    shown = stage.terminal.run("history", "--local").out
    assert "Ended" in shown
    assert "APPROVED" in shown
    assert "PENDING" not in shown


def test_an_empty_list_reports_no_pending_reviews(scripted: Scripts) -> None:
    result = scripted({"reviews": [], "next": None}).terminal.run("list", "--local")
    assert result.out == " dev  (local stack)  No pending reviews.\n"


def test_a_terminal_has_colors_and_production_is_red(scripted: Scripts) -> None:
    stage = scripted(
        {"reviews": [summary(deadline=timestamp(now() + timedelta(minutes=5)))], "next": None}
    )
    with stage.terminal.interactive("list", "--local", "--stage", "prod") as screen:
        assert screen.end() == 0
    assert "\x1b[1;37;41m prod \x1b[0m" in screen.raw
    assert "\x1b[1;31m" in screen.raw.partition("TITLE")[2]  # little time left


def test_no_color_disables_colors(scripted: Scripts) -> None:
    stage = scripted({"reviews": [summary()], "next": None}, env={"NO_COLOR": "1"})
    result = stage.terminal.run("list", "--local", "--stage", "prod", tty=True)
    assert result.status == 0
    assert not re.search("\x1b\\[[0-9;]*(3[0-9]|4[0-9])m", result.out)


def test_watch_redraws_until_interrupted(scripted: Scripts) -> None:
    first = {"reviews": [summary(title="First")], "next": None}
    then = {"reviews": [summary(title="Second")], "next": None}
    with scripted(first, then).terminal.interactive("list", "--local", "--watch") as screen:
        screen.wait_for("Second", after=screen.wait_for("First"))
        screen.interrupt()
        assert screen.end() == 0


def test_watch_requires_a_terminal(scripted: Scripts) -> None:
    stage = scripted({"reviews": [], "next": None})
    assert stage.terminal.run("list", "--local", "--watch").status == 2
    assert stage.terminal.run("list", "--local", "--watch", "--json").status == 2


def test_a_closed_pipe_prints_no_error(scripted: Scripts) -> None:
    stage = scripted({"reviews": [summary()] * 50, "next": None})
    with stage.terminal.piped("list", "--local") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 1
