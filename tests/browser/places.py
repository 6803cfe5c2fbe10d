"""The way to every page that people may see."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from lambdas.shared.review.review import Outcome, Status
from lambdas.shared.review.rules import Rules
from lambdas.shared.web.pages import Pages
from tests.lambdas.conftest import NOW, make_review
from tests.laptop import BATCH, DeployedStage, Execution

Places = Mapping[str, Callable[[Page], object]]

LONG_WORD = "Lieferantenstammdatenabgleichsprotokoll_"
REASON = "https://example.com/" + "a" * 300

FORMS = ("approve", "reject", "reason missing")


def places_of(stage: DeployedStage) -> Places:
    """Every page, with titles, people and reasons as unwieldy as they may be.

    A place is a function that brings a tab there.
    """
    _, waiting = _ask(stage, 1)
    _, approved = _ask(stage, 2)
    _, rejected = _ask(stage, 3)
    stopped, ended = _ask(stage, 4)
    stage.post("approve", approved, REASON)
    stage.post("reject", rejected, REASON)
    stage.client("stepfunctions").stop_execution(executionArn=stopped.arn)
    stage.post("approve", ended)

    def page_of(verb: str, review_id: str) -> Callable[[Page], object]:
        return lambda page: page.goto(f"{stage.outputs[f'{verb}_url']}?review={review_id}")

    def sent(verb: str, form: str) -> Callable[[Page], object]:
        """The answer to the form of the waiting review, changed by a script beforehand."""

        def go(page: Page) -> None:
            page_of(verb, waiting)(page)
            page.locator("form").evaluate(f"form => {{ {form} }}")
            with page.expect_navigation():
                page.get_by_role("button").click()

        return go

    def written(status: Status) -> Callable[[Page], object]:
        """A page of a stage with a quorum, as the function writes it."""
        review = make_review(
            status=status,
            title=f"5_{LONG_WORD * 3}",
            requested_by=LONG_WORD * 2,
            ended_because=REASON if status is Status.CANCELLED else "",
            approvals=frozenset({"U1ANN"}),
        )
        quorum = Rules(required_approvals=2, links_decide=False)
        pages = Pages(rules=quorum, slack_channel=f"#{LONG_WORD}")
        return lambda page: page.set_content(pages.of(review, Outcome.APPROVED, NOW))

    return {
        "approve": page_of("approve", waiting),
        "reject": page_of("reject", waiting),
        "reason missing": sent("reject", "form.reason.required = false"),
        "approved": page_of("approve", approved),
        "rejected": page_of("approve", rejected),
        "already decided": sent("approve", f"form.review.value = '{rejected}'"),
        "ended": page_of("reject", ended),
        "not found": page_of("approve", "0" * 32),
        "nothing here": lambda page: page.goto(f"{stage.outputs['decision_api_url']}/"),
        "decided in Slack": written(Status.PENDING),
        "expired": written(Status.EXPIRED),
        "cancelled": written(Status.CANCELLED),
        "channel": lambda page: page.goto(f"{stage.console_url}/channels/{stage.name}"),
        "channels": lambda page: page.goto(stage.console_url),
        "no such channel": lambda page: page.goto(f"{stage.console_url}/channels/nowhere"),
    }


def _ask(stage: DeployedStage, number: int) -> tuple[Execution, str]:
    title = f"{number}_{LONG_WORD * 3}"
    execution = stage.start(**{**BATCH, "title": title, "requested_by": LONG_WORD * 2})
    found = re.search(r"approve\?review=([0-9a-f]+)", str(stage.message_with(title, "approve?")))
    assert found
    return execution, found[1]
