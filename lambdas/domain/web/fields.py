"""Form fields: one for each kind of question, and the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambdas.domain.access.rules import REASON_LIMIT
from lambdas.domain.review.questions import ANSWER_LIMIT
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.web import html

FEW = 4
"""Maximum number of choices shown as radio buttons; more become a list."""
_YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The state of a field: its value, its error, and whether it has the focus."""

    written: str = ""
    problem: str = ""
    has_focus: bool = False

    def why(self, name: str) -> str:
        """The error, as an element at the field."""
        words = html.text(self.problem)
        return f'<p class="wrong" id="why_{name}" dir="auto">{words}</p>' if words else ""

    def marks(self, name: str, hint: str = "") -> str:
        """ARIA attributes of the field; `hint` is the id of its hint, if it has one."""
        ids = f"{hint} why_{name}".strip() if self.problem else hint
        described = f' aria-describedby="{ids}"' if ids else ""
        return described + (' aria-invalid="true"' if self.problem else "")

    @property
    def focus(self) -> str:
        """The attribute that focuses the field when the page loads."""
        return " autofocus" if self.has_focus else ""


def id_of(name: str) -> str:
    """The id of a field's element."""
    return name if name == "reason" else f"answer_{name}"


def reason_field(filled: Filled) -> str:
    """The reason. Only a rejection requires it, so the browser cannot check it."""
    marks = filled.marks("reason", "needed") + filled.focus
    return (
        '<label for="reason">Reason</label><p class="soft" id="needed">Required to reject.</p>'
        f'{filled.why("reason")}<textarea id="reason" name="reason" maxlength="{REASON_LIMIT}"'
        f' rows="3" dir="auto"{marks}>\n{html.text(filled.written)}</textarea>'
    )


def question_field(question: Question, filled: Filled) -> str:
    """The field of a question, by its kind."""
    match question.kind:
        case Kind.TEXT:
            limits = f'maxlength="{ANSWER_LIMIT}" rows="2" dir="auto"'
            text = f"\n{html.text(filled.written)}"
            return _labelled(question, filled, f"<textarea {limits}", f">{text}</textarea>")
        case Kind.NUMBER:
            # Not `type=number`, which the mouse wheel changes and which drops a comma silently; not
            # `inputmode=decimal`, whose keyboard has no minus and, in many languages, no point.
            value = f' value="{html.text(filled.written)}">'
            start, hint = '<input autocomplete="off"', "A number, such as 12.5"
            return _labelled(question, filled, start, value, hint)
        case Kind.CHOICE if len(question.choices) > FEW:
            options = _options(_by_index(question), filled.written)
            return _labelled(question, filled, "<select", f">{options}</select>")
        case Kind.CHOICE:
            return _radios(question, filled, _by_index(question), filled.written)
        case Kind.YES_NO:
            return _radios(question, filled, _YES_NO, filled.written.lower())


def label_of(question: Question) -> str:
    """The label of a question, marked as required or optional."""
    needed = "required" if question.required else "optional"
    return f'{html.text(question.label)} <span class="soft">({needed})</span>'


def _labelled(question: Question, filled: Filled, start: str, end: str, hint: str = "") -> str:
    """A field with its label. The attributes go between `start` and `end` of its element."""
    name = html.text(question.name)
    described = f'<p class="soft" id="how_{name}">{hint}</p>' if hint else ""
    marks = filled.marks(name, f"how_{name}" if hint else "")
    return (
        f'<label for="{id_of(name)}" dir="auto">{label_of(question)}</label>{described}'
        f'{filled.why(name)}{start} id="{id_of(name)}" name="{name}"{_needed(question)}{marks}'
        f"{filled.focus}{end}"
    )


def _by_index(question: Question) -> dict[str, str]:
    return {str(n): choice for n, choice in enumerate(question.shown_choices)}


def _options(choices: Mapping[str, str], written: str) -> str:
    return '<option value="">Choose…</option>' + "".join(
        f'<option value="{n}"{" selected" if n == written else ""}>{html.text(choice)}</option>'
        for n, choice in choices.items()
    )


def _radios(question: Question, filled: Filled, choices: Mapping[str, str], written: str) -> str:
    """Radio buttons by their values; an optional question has one to withdraw the answer."""
    name, shown = html.text(question.name), dict(choices)
    if not question.required:
        shown[""] = "No answer"
    first = f' id="{id_of(name)}"{filled.focus}'
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{html.text(value)}"{_needed(question)}'
        f"{' checked' if value == written else ''}{'' if n else first}>{html.name(words)}</label>"
        for n, (value, words) in enumerate(shown.items())
    )
    return (
        f'<fieldset role="radiogroup"{filled.marks(name)}><legend dir="auto">{label_of(question)}'
        f"</legend>{filled.why(name)}<div>{radios}</div></fieldset>"
    )


def _needed(question: Question) -> str:
    return " required" if question.required else ""
