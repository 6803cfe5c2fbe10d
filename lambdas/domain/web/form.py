"""The decision form: the caller's questions, a reason and two equal buttons."""

from collections.abc import Mapping

from lambdas.domain.access.rules import checked_reason
from lambdas.domain.review.errors import InvalidAnswer, InvalidReason
from lambdas.domain.review.questions import form_answers
from lambdas.domain.review.request import Question
from lambdas.domain.review.review import Outcome, Review
from lambdas.domain.web import html
from lambdas.domain.web.fields import (
    FieldState,
    field_id,
    question_field,
    question_label,
    reason_field,
)


def form_errors(review: Review, outcome: Outcome, values: Mapping[str, str]) -> dict[str, str]:
    """All errors of a submitted form, by the names of its fields."""
    errors: dict[str, str] = {}
    for question in review.questions:
        try:
            form_answers((question,), values)
        except InvalidAnswer as error:
            errors[question.name] = str(error)
    try:
        checked_reason(outcome, values.get("reason", ""))
    except InvalidReason as error:
        errors["reason"] = str(error)
    return errors


def error_summary(errors: Mapping[str, str]) -> str:
    """The errors of a form, each linked to its field."""
    links = "".join(
        f'<li dir="auto"><a href="#{field_id(name)}">{html.text(words)}</a></li>'
        for name, words in errors.items()
    )
    return f'<p>Nothing has been decided yet. Complete the form:</p><ul class="plain">{links}</ul>'


def form(
    review: Review, approvals: str, values: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    """The form. Only its two visible buttons decide.

    The Enter key in a field presses the form's first button, so that one does nothing: it closes a
    dialog that does not exist. (Chromium, for radio buttons, and Safari would skip a button that is
    disabled or not rendered.) Submitted without a button, the form only reads.
    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#implicit-submission
    """

    def state(name: str, label: str = "") -> FieldState:
        """The state of a field, whose error does not repeat its label."""
        error = errors.get(name, "")
        return FieldState(
            value=values.get(name, ""),
            error=error.removeprefix(f"{label}: ").removesuffix(f": {label}"),
            has_focus=name == next(iter(errors), None),
        )

    fields = "".join(question_field(it, state(it.name, it.label)) for it in review.questions)
    return (
        '<form class="card" action="approve">'
        f'<input type="hidden" name="review" value="{html.text(str(review.linked_id))}">'
        '<button class="first" formmethod="dialog" formnovalidate tabindex="-1" aria-hidden="true">'
        f"</button><h2>Your decision</h2>{approvals}{fields}"
        f'{reason_field(state("reason"))}<div class="buttons">'
        '<button class="approve" formmethod="post" formaction="approve">Approve</button>'
        '<button class="reject" formmethod="post" formaction="reject">Reject</button></div>'
        '<p class="soft">Your identity is not verified. The audit log will show a decision by link.'
        "</p>"
        "</form>"
    )


def resubmit_form(path: str, values: Mapping[str, str]) -> str:
    """A button that submits the same values again, after an error that may be temporary."""
    fields = "".join(
        f'<input type="hidden" name="{html.text(name)}" value="{html.text(value)}">'
        for name, value in values.items()
    )
    return (
        f'<form method="post" action="{html.text(path.removeprefix("/"))}">{fields}'
        '<div class="buttons"><button class="resubmit">Submit again</button></div></form>'
    )


def question_list(questions: tuple[Question, ...]) -> str:
    """The questions, for a page without a form."""
    labels = "".join(f'<li dir="auto">{question_label(question)}</li>' for question in questions)
    return f"<p>Questions to answer with the decision:</p><ul>{labels}</ul>" if labels else ""
