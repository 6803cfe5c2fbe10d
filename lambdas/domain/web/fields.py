"""Form fields: one for each kind of question, and the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.domain.access.rules import REASON_LIMIT
from lambdas.domain.review.questions import ANSWER_LIMIT
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.web import html

RADIO_LIMIT = 4
"""Maximum number of choices shown as radio buttons; more become a list."""
_YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """The state of a field: its value, its error, and whether it has the focus."""

    value: str = ""
    error: str = ""
    has_focus: bool = False

    def error_element(self, name: str) -> str:
        """The error, as an element at the field."""
        words = html.text(self.error)
        return f'<p class="error" id="error_{name}" dir="auto">{words}</p>' if words else ""

    def aria(self, name: str, hint: str = "") -> str:
        """ARIA attributes of the field; `hint` is the id of its hint, if it has one."""
        ids = f"{hint} error_{name}".strip() if self.error else hint
        described = f' aria-describedby="{ids}"' if ids else ""
        return described + (' aria-invalid="true"' if self.error else "")

    @property
    def autofocus(self) -> str:
        """The attribute that focuses the field when the page loads."""
        return " autofocus" if self.has_focus else ""


def field_id(name: str) -> str:
    """The id of a field's element."""
    return name if name == "reason" else f"answer_{name}"


def reason_field(state: FieldState) -> str:
    """The reason. Only a rejection requires it, so the browser cannot check it."""
    attributes = state.aria("reason") + state.autofocus
    return (
        '<label for="reason">Reason <span class="soft">(required to reject)</span></label>'
        f"{state.error_element('reason')}"
        f'<textarea id="reason" name="reason" maxlength="{REASON_LIMIT}" rows="3"'
        f' dir="auto"{attributes}>\n{html.text(state.value)}</textarea>'
    )


def question_field(question: Question, state: FieldState) -> str:
    """The field of a question, by its kind."""
    match question.kind:
        case Kind.TEXT:
            limits = f'maxlength="{ANSWER_LIMIT}" rows="2" dir="auto"'
            text = f"\n{html.text(state.value)}"
            return _labelled(question, state, f"<textarea {limits}", f">{text}</textarea>")
        case Kind.NUMBER:
            # Not `type=number`, which the mouse wheel changes and which drops a comma silently; not
            # `inputmode=decimal`, whose keyboard has no minus and, in many languages, no point.
            value = f' value="{html.text(state.value)}">'
            start, hint = '<input autocomplete="off"', "A number, such as 12.5"
            return _labelled(question, state, start, value, hint)
        case Kind.CHOICE if len(question.choices) > RADIO_LIMIT:
            options = _options(_by_index(question), state.value)
            return _labelled(question, state, "<select", f">{options}</select>")
        case Kind.CHOICE:
            return _radios(question, state, _by_index(question), state.value)
        case Kind.YES_NO:
            return _radios(question, state, _YES_NO, state.value.lower())


def question_label(question: Question) -> str:
    """The label of a question, marked as required or optional."""
    requirement = "required" if question.required else "optional"
    return f'{html.text(question.label)} <span class="soft">({requirement})</span>'


def _labelled(question: Question, state: FieldState, start: str, end: str, hint: str = "") -> str:
    """A field with its label. The attributes go between `start` and `end` of its element."""
    name = html.text(question.name)
    described = f'<p class="soft" id="hint_{name}">{hint}</p>' if hint else ""
    attributes = state.aria(name, f"hint_{name}" if hint else "")
    return (
        f'<label for="{field_id(name)}" dir="auto">{question_label(question)}</label>{described}'
        f'{state.error_element(name)}{start} id="{field_id(name)}" name="{name}"'
        f"{_required(question)}{attributes}{state.autofocus}{end}"
    )


def _by_index(question: Question) -> dict[str, str]:
    return {str(n): choice for n, choice in enumerate(question.shown_choices)}


def _options(choices: Mapping[str, str], chosen: str) -> str:
    return '<option value="">Choose…</option>' + "".join(
        f'<option value="{n}"{" selected" if n == chosen else ""}>{html.text(choice)}</option>'
        for n, choice in choices.items()
    )


def _radios(question: Question, state: FieldState, choices: Mapping[str, str], chosen: str) -> str:
    """Radio buttons by their values; an optional question has one to withdraw the answer."""
    name, shown = html.text(question.name), dict(choices)
    if not question.required:
        shown[""] = "No answer"
    first = f' id="{field_id(name)}"{state.autofocus}'
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{html.text(value)}"{_required(question)}'
        f"{' checked' if value == chosen else ''}{'' if n else first}>"
        f"{html.isolated(label)}</label>"
        for n, (value, label) in enumerate(shown.items())
    )
    return (
        f'<fieldset role="radiogroup"{state.aria(name)}>'
        f'<legend dir="auto">{question_label(question)}</legend>'
        f"{state.error_element(name)}<div>{radios}</div></fieldset>"
    )


def _required(question: Question) -> str:
    return " required" if question.required else ""
