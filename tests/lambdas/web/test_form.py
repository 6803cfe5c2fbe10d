"""The form: the field of each kind of question, and the errors of an incomplete one."""

import json

import pytest

from lambdas.domain.review.request import Kind, Question
from lambdas.domain.review.review import Outcome, Status
from lambdas.domain.web.form import form_errors
from tests.lambdas.conftest import NOW, World
from tests.lambdas.web.conftest import FAR, Ask
from tests.lambdas.web.parts import LINKS_DECIDE, QUESTIONS, Parts, promotion

WRITTEN = {
    "percent": "12,5",
    "region": "1",
    "day": "2",
    "undo": "no",
    "ticket": "",
    "reason": "\nlate <again>",
}


def form(**written: str) -> Parts:
    return Parts(LINKS_DECIDE.of(promotion(), NOW, values=written))


def asking_again(outcome: Outcome, **written: str) -> Parts:
    review = promotion()
    errors = form_errors(review, outcome, written)
    return Parts(LINKS_DECIDE.of(review, NOW, values=written, errors=errors))


def test_only_the_two_decision_buttons_submit_the_form() -> None:
    page = form()

    first, approve, reject = page.all("button")
    assert first.attributes["formmethod"] == "dialog", "the Enter key clicks it without any effect"
    assert not {"disabled", "hidden"} & first.attributes.keys(), "or the next button is clicked"
    for button, verb in ((approve, "approve"), (reject, "reject")):
        assert button.attributes == {"class": verb, "formmethod": "post", "formaction": verb}
        assert button.text == verb.capitalize()
    assert page.one("form").attributes.get("method", "get") == "get"


def test_every_kind_of_question_has_its_field_marked_required_or_optional() -> None:
    page = form()

    assert page.one("input", name="percent").attributes.get("type", "text") == "text"
    radios = page.all("input", type="radio", name="region")
    assert [it.attributes["value"] for it in radios] == ["0", "1"]
    assert page.one("select", name="day").text == "Choose… M T W R F"
    values = [it.attributes["value"] for it in page.all("option")]
    assert values == ["", "0", "1", "2", "3", "4"]
    undo = page.all("input", type="radio", name="undo")
    assert [it.attributes["value"] for it in undo] == ["yes", "no", ""]
    assert page.one("textarea", name="ticket").attributes["maxlength"] == "500"
    labels = {it.attributes.get("for"): it.text for it in page.all("label")}
    assert labels["answer_percent"] == "Percent of the traffic (required)"
    assert labels["answer_day"] == "Day (optional)"
    legends = [it.text for it in page.all("legend")]
    assert legends == ["Region (required)", "Undo by itself? (optional)"]


def test_required_questions_are_required_in_the_browser_and_the_reason_is_not() -> None:
    needed = {it.attributes["name"] for it in form().elements if "required" in it.attributes}

    assert needed == {"percent", "region", "ticket"}


def test_only_no_answer_is_preselected() -> None:
    page = form()

    [checked] = [it for it in page.elements if "checked" in it.attributes]
    assert (checked.attributes["name"], checked.attributes["value"]) == ("undo", "")
    assert not [it for it in page.elements if "selected" in it.attributes]


def test_every_field_has_a_label_of_its_own() -> None:
    page = form()

    ids = [it.attributes["id"] for it in page.elements if "id" in it.attributes]
    assert len(set(ids)) == len(ids)
    labelled = {it.attributes["for"] for it in page.all("label") if "for" in it.attributes}
    assert labelled == {"answer_percent", "answer_day", "answer_ticket", "reason"}
    radios = page.all("input", type="radio")
    assert all("label" in it.parents and "fieldset" in it.parents for it in radios)


def test_values_are_kept_and_all_errors_are_listed_at_once() -> None:
    page = asking_again(Outcome.REJECTED, **(WRITTEN | {"reason": ""}))

    assert page.one("div", role="alert").text == (
        "Nothing has been decided yet. Complete the form: Percent of the traffic: enter a"
        " number such as 12.5. Answer required: Change ticket Enter a reason to reject."
    )
    places = [it for it in page.all("a") if it.attributes["href"].startswith("#")]
    ids = {it.attributes.get("id") for it in page.elements}
    assert {it.attributes["href"][1:] for it in places} <= ids
    assert page.one("input", name="percent").attributes["value"] == "12,5"
    assert "checked" in page.one("input", name="region", value="1").attributes
    assert page.one("option", selected="").text == "W"
    assert "checked" in page.one("input", name="undo", value="no").attributes


def test_each_invalid_field_shows_its_error_and_the_first_has_the_focus() -> None:
    page = asking_again(Outcome.REJECTED, **(WRITTEN | {"reason": ""}))

    wrong = [it for it in page.elements if "aria-invalid" in it.attributes]
    assert [it.attributes["name"] for it in wrong] == ["percent", "ticket", "reason"]
    texts = {it.attributes["id"]: it.text for it in page.all("p") if "id" in it.attributes}
    described = [[texts[id_] for id_ in it.attributes["aria-describedby"].split()] for it in wrong]
    assert described == [
        ["A number, such as 12.5", "enter a number such as 12.5."],
        ["Answer required"],
        ["Enter a reason to reject."],
    ]
    assert [it for it in page.elements if "autofocus" in it.attributes] == wrong[:1]


def test_a_missing_choice_is_an_error_of_the_whole_group() -> None:
    page = asking_again(Outcome.APPROVED, percent="1", ticket="x")

    group = page.one("fieldset", aria_invalid="true")
    assert group.attributes["role"] == "radiogroup"
    assert page.one("p", id=group.attributes["aria-describedby"]).text == "Answer required"
    assert "autofocus" in page.one("input", id="answer_region").attributes


def test_an_approval_needs_no_reason() -> None:
    assert form_errors(promotion(questions=()), Outcome.APPROVED, {}) == {}
    assert list(form_errors(promotion(questions=()), Outcome.REJECTED, {})) == ["reason"]


def test_a_leading_line_break_in_a_text_is_kept() -> None:
    """A browser drops a line break right after `<textarea>`."""
    page = form(**WRITTEN)

    assert "".join(page.one("textarea", name="reason").words) == "\n\nlate <again>"


def test_more_than_four_choices_are_a_list() -> None:
    for count, element in ((4, "fieldset"), (5, "select")):
        many = Question(name="many", label="Many", kind=Kind.CHOICE, choices=tuple("ABCDE"[:count]))
        page = Parts(LINKS_DECIDE.of(promotion(questions=(many,)), NOW))
        assert len(page.all(element)) == 1


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_question_that_is_not_answered_is_422_and_nothing_is_decided(
    world: World, ask: Ask, verb: str
) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)

    answer = ask("POST", f"/{verb}", {"review": str(review.linked_id), **WRITTEN})

    assert answer["statusCode"] == 422
    page = Parts(answer["body"])
    assert "Answer required: Change ticket" in page.one("div", role="alert").text
    assert page.one("input", name="percent").attributes["value"] == "12,5"
    assert world.store.get(review.review_id).status is Status.PENDING


ODD_CHOICES = (
    "eu-1   (3 nodes)",
    "\u23f1\ufe0f tonight",
    "e\u0301toile",
    " 2\u00a0nodes ",
    "\u202etonight\u202c",
)


@pytest.mark.parametrize("count", [4, 5])
@pytest.mark.parametrize("nth", range(4))
def test_a_form_sends_an_index_and_the_caller_gets_its_exact_choice(
    world: World, ask: Ask, count: int, nth: int
) -> None:
    node = Question(name="node", label="Where", kind=Kind.CHOICE, choices=ODD_CHOICES[-count:])
    review = world.waiting_review(deadline=FAR, questions=(node,))
    page = Parts(LINKS_DECIDE.of(review, NOW))
    fields = page.all("option") or page.all("input", type="radio", name="node")
    values = [it.attributes["value"] for it in fields if it.attributes["value"]]

    ask("POST", "/approve", {"review": str(review.linked_id), "node": values[nth]})

    answers = world.execution_output(review)["output"]["answers"]
    assert answers == {"node": ODD_CHOICES[-count:][nth]}


@pytest.mark.parametrize("given", ["2", "-1", "00", "\u0661", "9" * 5000, "Dublin", " 0", "0.0"])
def test_an_invalid_choice_index_decides_nothing(world: World, ask: Ask, given: str) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)
    written = WRITTEN | {"percent": "1", "ticket": "x", "region": given}

    answer = ask("POST", "/approve", {"review": str(review.linked_id), **written})

    assert answer["statusCode"] == 422
    assert "Region: choose one of Dublin, Milan." in Parts(answer["body"]).text
    assert world.store.get(review.review_id).status is Status.PENDING


def test_answers_decide_and_are_shown_by_their_labels(world: World, ask: Ask) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)
    written = WRITTEN | {"percent": "12.5", "ticket": "CHG-1"}

    answer = ask("POST", "/approve", {"review": str(review.linked_id), **written})
    assert answer["statusCode"] == 303

    shown = Parts(ask("GET", f"/approve?review={review.linked_id}")["body"])
    answers = (
        "Percent of the traffic 12.5 Region Milan Day W Undo by itself? no Change ticket CHG-1"
    )
    assert answers in shown.text
    facts = json.loads(ask("GET", f"/approve?review={review.linked_id}", json_wanted=True)["body"])
    assert facts["answers"] == {
        "percent": 12.5,
        "region": "Milan",
        "day": "W",
        "undo": False,
        "ticket": "CHG-1",
    }
