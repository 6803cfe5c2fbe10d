"""Who calls the operator API: which identities are whose, and which are nobody's in particular."""

from pathlib import Path

import pytest

from components.functions import archive
from components.settings.decision_rules import DecisionRules
from lambdas.shared.access import identities as module
from lambdas.shared.access.identities import Identities
from lambdas.shared.access.rules import Rules
from lambdas.shared.review.errors import CannotCheck
from lambdas.shared.review.events import Actor
from lambdas.shared.review.people import identity_name, requester, shown
from lambdas.shared.review.review import Way

ACCOUNT = "arn:aws:sts::123456789012:assumed-role"
KIM = f"{ACCOUNT}/data-ops/kim"
ADA = f"{ACCOUNT}/data-ops/ada"
SSO = f"{ACCOUNT}/AWSReservedSSO_DataOps_0123456789abcdef/kim@example.com"
USER = "arn:aws:iam::123456789012:user/teams/data/kim"
ROOT = "arn:aws:iam::123456789012:root"
ROLE = f"{ACCOUNT}/data-ops"


@pytest.mark.parametrize(
    ("arn", "person", "name"),
    [
        (KIM, ROLE, "kim"),
        (SSO, SSO, "kim@example.com"),
        (USER, USER, "kim"),
        (ROOT, ROOT, "root"),
    ],
)
def test_a_session_s_name_counts_where_its_bearer_cannot_choose_it(
    arn: str, person: str, name: str
) -> None:
    by = Identities().caller(arn, "203.0.113.7")

    assert (by.person, by.name, by.via, by.identity) == (person, name, Way.CLI, arn)
    assert by.ids == {arn}


@pytest.mark.parametrize("listed", [f"{ROLE}/*", KIM])
def test_whoever_lists_a_role_or_a_session_vouches_for_the_name(listed: str) -> None:
    assert Identities(reviewers=[listed]).caller(KIM, "").person == KIM


def test_listing_one_session_vouches_for_no_other() -> None:
    assert Identities(reviewers=[KIM]).caller(ADA, "").person == ROLE


def test_who_is_known_to_both_is_one_person_at_both_doors() -> None:
    identities = Identities(by_slack_id={"U012ABCDEF": KIM})

    caller = identities.caller(KIM, "")
    clicker = identities.clicker(Actor(person="U012ABCDEF", via=Way.SLACK))

    assert caller.person == clicker.person == "U012ABCDEF"
    assert caller.ids == clicker.ids == {"U012ABCDEF", KIM}
    assert identities.caller(ADA, "").person == ROLE


@pytest.mark.parametrize("listed", [KIM, f"{ROLE}/*", "U012ABCDEF"])
@pytest.mark.parametrize("door", ["caller", "clicker"])
def test_the_list_may_name_somebody_by_either_identity(listed: str, door: str) -> None:
    identities = Identities(by_slack_id={"U012ABCDEF": KIM}, reviewers=[listed])
    by = (
        identities.caller(KIM, "")
        if door == "caller"
        else identities.clicker(Actor(person="U012ABCDEF", via=Way.SLACK))
    )

    assert Rules(reviewers=frozenset({listed}), links_decide=False).forbids(by) == ""


@pytest.mark.parametrize(
    "arn",
    [
        ADA,
        f"{ACCOUNT}/data-ops-admins/kim",
        f"{ACCOUNT}/other/kim",
        "arn:aws:sts::999999999999:assumed-role/data-ops/kim",
        f"{ACCOUNT}/other/U012ABCDEF",
        USER,
        ROOT,
    ],
)
def test_nobody_gets_onto_the_list_by_a_name(arn: str) -> None:
    reviewers = frozenset({KIM, "U012ABCDEF"})
    by = Identities(reviewers=reviewers).caller(arn, "")

    assert "not among this stage's reviewers" in Rules(reviewers=reviewers).forbids(by)


def test_every_session_of_a_listed_role_may_and_of_no_other() -> None:
    reviewers = frozenset({f"{ROLE}/*"})
    rules, identities = Rules(reviewers=reviewers), Identities(reviewers=reviewers)

    assert rules.forbids(identities.caller(ADA, "")) == ""
    assert rules.forbids(identities.caller(f"{ACCOUNT}/data-ops-admins/ada", ""))


def test_a_group_is_asked_about_for_those_only_who_are_on_the_list_in_no_other_way() -> None:
    asked: list[str] = []

    def members_of(group: str) -> frozenset[str]:
        asked.append(group)
        return frozenset({"U2BOB"})

    reviewers = frozenset({"U1ANN", "S0GROUP", f"{ROLE}/*"})
    rules = Rules(reviewers=reviewers, members_of=members_of)
    identities = Identities(by_slack_id={"U2BOB": USER}, reviewers=reviewers)

    assert rules.forbids(Actor(person="U1ANN", via=Way.SLACK)) == ""
    assert rules.forbids(identities.caller(KIM, "")) == ""
    assert rules.forbids(identities.caller(ROOT, "")), "AWS knows nobody of a group of Slack's"
    assert asked == []
    assert rules.forbids(Actor(person="U2BOB", via=Way.SLACK)) == ""
    assert rules.forbids(identities.caller(USER, "")) == ""
    assert rules.forbids(Actor(person="U9EVE", via=Way.SLACK))
    assert asked == ["S0GROUP"] * 3


def test_who_is_in_a_group_that_nobody_can_ask_about_may_not_decide() -> None:
    with pytest.raises(CannotCheck, match="cannot be checked now"):
        Rules(reviewers=frozenset({"S0GROUP"})).forbids(Actor(person="U2BOB", via=Way.SLACK))


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (KIM, "kim (role data-ops)"),
        (ROLE, "somebody with the role data-ops"),
        (USER, "kim (IAM user)"),
        (ROOT, "root (AWS account 123456789012)"),
        ("U012ABCDEF", "U012ABCDEF"),
        ("Kim", "Kim"),
    ],
)
def test_people_read_who_it_was(person: str, words: str) -> None:
    assert shown(person) == words


def test_what_is_no_identity_is_its_own_name() -> None:
    assert identity_name("kim") == "kim"


def test_e_mail_addresses_are_compared_in_lower_case() -> None:
    by = Identities().caller(SSO.replace("kim@", "Kim@"), "")

    assert requester("Kim@Example.com") in by.requests_as


def test_a_function_finds_the_stage_s_lists_where_its_zip_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = DecisionRules(reviewers=("U2BOB", KIM), identities={"U2BOB": USER})
    [(path, text)] = rules.files.items()
    assert Path(archive.ROOT, path) == module.RULES

    monkeypatch.setattr(module, "RULES", tmp_path / "rules.json")
    module.RULES.write_text(text)

    assert Identities.of_the_stage() == Identities(
        by_slack_id={"U2BOB": USER}, reviewers=["U2BOB", KIM]
    )
