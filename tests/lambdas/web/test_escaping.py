"""Text from callers and reviewers is escaped everywhere."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.review.request import Gauge, Kind, Preview, Question
from lambdas.domain.review.review import Approvals, Outcome, Review, Status
from lambdas.domain.review.text import visible
from tests.lambdas.conftest import NOW, make_file
from tests.lambdas.web.parts import LINKS_DECIDE, QUORUM, Parts, promotion

PIECES = (
    "<",
    ">",
    '"',
    "'",
    "&",
    "&lt;",
    "</",
    "<script>",
    "-->",
    "]]>",
    "=",
    " ",
    "onload=x",
    "é🚀",
)
hostile = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\n\r\0"), min_size=1
)


def written_by(text: str) -> Review:
    """A review with this text in every field."""
    kinds = (
        (Kind.TEXT, ()),
        (Kind.CHOICE, (text,)),
        (Kind.CHOICE, (*(f"{text}{n}" for n in range(4)), text)),
    )
    return promotion(
        title=text,
        stage=text,
        summary=text,
        gauge=Gauge(name=text, value=0.5, limit=0.5),
        facts={text: text},
        preview=Preview(columns=(text,), rows=((text,),)),
        links={text: "https://example.com/'&amp;<\">"},
        evidence=(make_file(name=text, sha256=text),),
        requested_by=text,
        requested_by_name=text,
        started_by=text,
        ended_because=text,
        questions=tuple(
            Question(name=f"q{n}", label=text, kind=kind, choices=choices)
            for n, (kind, choices) in enumerate(kinds)
        ),
    )


def pages_of(text: str) -> list[str]:
    review = written_by(text)
    answers = {"q0": text, "q1": text, "q2": text}
    decided = replace(
        review,
        status=Status.APPROVED,
        decision=Outcome.APPROVED,
        reviewer=text,
        reviewer_key=text,
        reason=text,
        answers=answers,
        approvals=Approvals({text: text, text + "1": text + "1"}),
    )
    values = {"q0": text, "q1": "0", "q2": "4", "reason": text}
    errors = {"q0": text, "q1": text, "reason": text}
    return [
        LINKS_DECIDE.of(review, NOW, values=values, errors=errors),
        LINKS_DECIDE.of(review, NOW, alert=text),
        QUORUM.of(replace(review, approvals=Approvals({text: text})), NOW),
        QUORUM.of(decided, NOW),
        QUORUM.of(replace(review, status=Status.CANCELLED), NOW),
    ]


def shape(page: str) -> list[tuple[str, list[str]]]:
    """The elements and the names of their attributes."""
    return [(it.tag, list(it.attributes)) for it in Parts(page).elements]


@given(hostile)
def test_text_adds_no_element_and_no_attribute(text: str) -> None:
    for page, plain in zip(pages_of(text), pages_of("x"), strict=True):
        assert shape(page) == shape(plain)


@given(hostile)
def test_text_is_shown_unchanged(text: str) -> None:
    waiting, *_ = map(Parts, pages_of(text))

    assert "".join(waiting.one("h1").words) == text
    assert "".join(waiting.one("textarea", name="reason").words) == f"\n{text}"
    assert "".join(waiting.one("option", selected="").words) == visible(text)
