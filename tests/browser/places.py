"""All pages that people can see, and how to open them."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.request import Gauge, Kind, Preview, Question
from lambdas.domain.review.review import Approvals, Outcome, Review, Status
from lambdas.domain.web.form import form_errors, resubmit_form
from lambdas.domain.web.pages import Pages
from tests.lambdas.conftest import NOW, make_file, make_review
from tests.local_stack import BATCH, DeployedStage, Execution

Places = Mapping[str, Callable[[Page], object]]

LONG_WORD = "Lieferantenstammdatenabgleichsprotokoll_"
REASON = "https://example.com/" + "a" * 300

FORMS = ("approve", "reject", "reason missing")


def places_of(stage: DeployedStage) -> Places:
    """Return functions that open each page in a tab, with unwieldy titles, people and reasons."""
    _, waiting = _ask(stage, 1)
    _, approved = _ask(stage, 2)
    _, rejected = _ask(stage, 3)
    stopped, ended = _ask(stage, 4)
    stage.post("approve", approved, REASON)
    stage.post("reject", rejected, REASON)
    stage.client("stepfunctions").stop_execution(executionArn=stopped.arn)
    stage.post("approve", ended)

    def page_of(verb: str, review_id: str) -> Callable[[Page], object]:
        address = f"{stage.outputs[f'{verb}_url']}?review={stage.linked_id(review_id)}"
        return lambda page: page.goto(address)

    def sent(verb: str, form: str = "") -> Callable[[Page], object]:
        """Response to the pending review's form, modified by a script."""

        def go(page: Page) -> None:
            page_of(verb, waiting)(page)
            page.locator("form").evaluate(f"form => {{ {form} }}")
            with page.expect_navigation():
                page.get_by_role("button", name=verb.capitalize()).click()

        return go

    def written(status: Status) -> Callable[[Page], object]:
        """Page of a stage with a quorum."""
        review = make_review(
            status=status,
            title=f"5_{LONG_WORD * 3}",
            requested_by=LONG_WORD * 2,
            ended_because=REASON if status is Status.CANCELLED else "",
            approvals=Approvals({"U1ANN": "Ann"}),
        )
        quorum = Rules(required_approvals=2, links_decide=False)
        pages = Pages(rules=quorum, slack_channel=f"#{LONG_WORD}")
        return lambda page: page.set_content(pages.of(review, NOW))

    def filled(outcome: Outcome) -> Callable[[Page], object]:
        """Page with an unwieldy value in every field, after a click."""
        review = everything()
        pages = Pages(rules=Rules(), slack_channel="#signoff-dev")
        errors = form_errors(review, outcome, {"answer": REASON})
        again = pages.of(review, NOW, values={"answer": REASON}, errors=errors)
        return lambda page: page.set_content(again)

    again = resubmit_form("/reject", {"reason": REASON})
    pages = Pages(rules=Rules(), slack_channel=f"#{LONG_WORD}")
    unavailable = pages.error("Decision not confirmed", "AWS did not respond.", again)

    return {
        "approve": page_of("approve", waiting),
        "reject": page_of("reject", waiting),
        "reason missing": sent("reject"),
        "approved": page_of("approve", approved),
        "rejected": page_of("approve", rejected),
        "already decided": sent("approve", f"form.review.value = '{stage.linked_id(rejected)}'"),
        "ended": page_of("reject", ended),
        "not found": page_of("approve", f"{'a' * 16}.{'0' * 32}"),
        "nothing here": lambda page: page.goto(f"{stage.outputs['decision_api_url']}/"),
        "unavailable": lambda page: page.set_content(unavailable),
        "decided in Slack": written(Status.PENDING),
        "expired": written(Status.EXPIRED),
        "cancelled": written(Status.CANCELLED),
        "everything": filled(Outcome.REJECTED),
        "channel": lambda page: page.goto(f"{stage.console_url}/channels/{stage.channel}"),
        "channels": lambda page: page.goto(stage.console_url),
        "no such channel": lambda page: page.goto(f"{stage.console_url}/channels/nowhere"),
    }


def everything() -> Review:
    """Return a request with a value in every field, all hard to lay out."""
    wide, right_to_left = LONG_WORD * 2, "هل ننشر النموذج الجديد؟"
    cells = (wide, 10**15, right_to_left)
    return make_review(
        stage="prod",
        title=f"🚀 {right_to_left} {wide}",
        summary=f"{right_to_left}\n\n{REASON}",
        facts={wide: REASON, right_to_left: -(10**15), "Mark": "✅ " * 50},
        gauge=Gauge(value=0.0004, limit=0.97),
        preview=Preview(columns=cells[:1] * 3 + (right_to_left,) * 3, rows=(cells * 2,) * 10),
        links={wide: f"https://{'sub.' * 40}example.com/{'a' * 1000}"},
        evidence=tuple(make_file(name=name, sha256="ab" * 32) for name in (wide, right_to_left)),
        started_by=REASON,
        requested_by=wide,
        questions=(
            Question(name="answer", label=wide, kind=Kind.TEXT),
            Question(name="number", label=right_to_left, kind=Kind.NUMBER, required=True),
            Question(name="few", label="Few", kind=Kind.CHOICE, choices=("C" * 75, right_to_left)),
            Question(
                name="many",
                label="Many",
                kind=Kind.CHOICE,
                choices=tuple(letter * 75 for letter in "ABCDE"),
                required=True,
            ),
        ),
    )


def _ask(stage: DeployedStage, number: int) -> tuple[Execution, str]:
    title = f"{number}_{LONG_WORD * 3}"
    execution = stage.start(**{**BATCH, "title": title, "requested_by": LONG_WORD * 2})
    found = re.search(r"approve\?review=([a-z2-7]{16})", str(stage.message_with(title, "approve?")))
    assert found
    return execution, found[1]
