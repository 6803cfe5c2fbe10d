"""A web page that knows a review's link makes its visitors' browsers submit the form."""

import itertools

import pytest

from lambdas.domain.review.review import Review, Status
from tests.lambdas.conftest import World
from tests.lambdas.web.conftest import Ask


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "something new"])
def test_a_form_from_another_site_decides_nothing(
    world: World, ask: Ask, review: Review, site: str
) -> None:
    form = {"review": str(review.linked_id), "reason": "x"}

    for path, json_wanted in itertools.product(("/approve", "/reject"), (True, False)):
        answer = ask("POST", path, form, json_wanted=json_wanted, sec_fetch_site=site)
        assert answer["statusCode"] == 403
        assert "This form came from another site" in answer["body"]
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_pages_own_form_decides_with_a_null_origin(
    world: World, ask: Ask, review: Review, site: str
) -> None:
    form = {"review": str(review.linked_id)}

    assert ask("POST", "/approve", form, sec_fetch_site=site, origin="null")["statusCode"] == 303
    assert world.store.get(review.review_id).status is Status.APPROVED


def test_pages_open_from_links_on_other_sites(ask: Ask, review: Review) -> None:
    page = ask("GET", f"/approve?review={review.linked_id}", sec_fetch_site="cross-site")

    assert page["statusCode"] == 200
