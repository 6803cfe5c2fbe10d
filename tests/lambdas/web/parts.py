"""Parsed pages: elements, text and fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.request import Gauge, Kind, Preview, Question
from lambdas.domain.review.review import Review
from lambdas.domain.web.pages import Pages
from tests.lambdas.conftest import make_file, make_review

LINKS_DECIDE = Pages(rules=Rules(), slack_channel="#signoff-dev")
QUORUM = Pages(rules=Rules(required_approvals=2, links_decide=False), slack_channel="#signoff-prod")
VOID = {"meta", "input", "br"}
WITHIN_LINES = {"a", "b", "bdi", "time"}
UNSEEN = {"title", "style", "script"}

QUESTIONS = (
    Question(name="percent", label="Percent of the traffic", kind=Kind.NUMBER, required=True),
    Question(
        name="region", label="Region", kind=Kind.CHOICE, choices=("Dublin", "Milan"), required=True
    ),
    Question(name="day", label="Day", kind=Kind.CHOICE, choices=tuple("MTWRF")),
    Question(name="undo", label="Undo by itself?", kind=Kind.YES_NO),
    Question(name="ticket", label="Change ticket", kind=Kind.TEXT, required=True),
)


def promotion(**changes: object) -> Review:
    """A review with a value in every field."""
    given: dict[str, object] = {
        "stage": "uat",
        "title": "Promote fraud-scorer 4.2.0?",
        "summary": "Better, and slower.\nWithin the budget.\n\nShadowed for 7 days.",
        "facts": {"Model": "fraud-scorer 4.2.0", "Requests": 18_240_311, "AUC": 0.943},
        "gauge": Gauge(value=0.047, limit=0.05),
        "preview": Preview(
            columns=("Segment", "Requests"), rows=(("Retail", 9_120_400), ("Travel", 2_310))
        ),
        "links": {"Experiment": "https://mlflow.example.com/experiments/42"},
        "evidence": (
            make_file(name="evaluation.html", size=1_240_000),
            make_file(name="", key="run/matrix.csv", size=None, sha256="cd" * 32),
        ),
        "questions": QUESTIONS,
        "started_by": "arn:aws:states:eu-central-1:123456789012:execution:promotion:november",
        "context": {"secret": "of the caller"},
        "context_bytes": 26,
    }
    return make_review(**(given | changes))


@dataclass
class Element:
    """An element and its text."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    words: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        """The text, with single spaces."""
        return " ".join("".join(self.words).split())


class Parts(HTMLParser):
    """A page's elements in order. Raises `AssertionError` where one is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """The elements of this name with these attributes (`type_` for `type`)."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            it for it in self.elements if it.tag == tag and named.items() <= it.attributes.items()
        ]

    def one(self, tag: str, **wanted: str) -> Element:
        """The only such element."""
        [found] = self.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        """The visible text."""
        return self.one("main").text

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), "duplicate attribute"
        self.elements.append(Element(tag, attributes, tuple(it.tag for it in self._open)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self._add("" if tag in WITHIN_LINES else " ")
            self._open.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag
        self._add("" if tag in WITHIN_LINES else " ")

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1].tag not in UNSEEN:
            self._add(data)
        else:
            self._open[-1].words.append(data)

    def _add(self, words: str) -> None:
        for it in self._open:
            it.words.append(words)
