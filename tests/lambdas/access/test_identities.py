"""Identities: which belong to one person, and which do not identify a person."""

from pathlib import Path

import pytest

from components.functions import archive
from components.settings.decision_rules import DecisionRules
from lambdas.domain.access import identities as module
from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.requester import claims
from lambdas.domain.review.review import Outcome, Way

ACCOUNT = "arn:aws:sts::123456789012:assumed-role"
KIM = f"{ACCOUNT}/data-ops/kim"
ADA = f"{ACCOUNT}/data-ops/ada"
SSO = f"{ACCOUNT}/AWSReservedSSO_DataOps_0123456789abcdef/kim@example.com"
SSO_TOO = f"{ACCOUNT}/AWSReservedSSO_Admins_fedcba9876543210/Kim@example.com"
USER = "arn:aws:iam::123456789012:user/teams/data/kim"
ROOT = "arn:aws:iam::123456789012:root"
ROLE = f"{ACCOUNT}/data-ops"
SLACK_ID = "U012ABCDEF"


def known(**people: list[str]) -> Identities:
    return Identities(persons=Persons(identities=people))


def refusal(by: Actor, *reviewers: str) -> str:
    rules = Rules(reviewers=frozenset(reviewers), links_decide=False)
    return rules.verdict(by, Outcome.APPROVED).refusal


@pytest.mark.parametrize(
    ("arn", "person", "name"),
    [
        (KIM, ROLE, "kim (role data-ops)"),
        (SSO, f"{ACCOUNT}/AWSReservedSSO_*/kim@example.com", "kim@example.com"),
        (USER, "arn:aws:iam::123456789012:user/kim", "kim (IAM user)"),
        (ROOT, ROOT, "root (AWS account 123456789012)"),
    ],
)
def test_a_caller_has_a_person_key_and_one_name(arn: str, person: str, name: str) -> None:
    by = Identities().caller(arn, "203.0.113.7")

    assert (by.person, by.name, by.via, by.identity) == (person, name, Way.CLI, arn)


def test_linked_slack_and_aws_identities_are_one_person_with_one_name() -> None:
    identities = Identities(
        persons=Persons(identities={SLACK_ID: [USER]}),
        name_in_slack={SLACK_ID: "Kim Reyes"}.__getitem__,
    )

    caller = identities.caller(USER, "")
    clicker = identities.clicker(SLACK_ID, handle="kim", team="T012ABCDEF")

    assert (caller.person, caller.name) == (clicker.person, clicker.name) == (SLACK_ID, "Kim Reyes")


@pytest.mark.parametrize(
    "lin",
    [
        "arn:aws:iam::123456789012:user/lin",
        f"{ACCOUNT}/deploy/lin",
        "arn:aws:sts::123456789012:federated-user/lin",
    ],
)
@pytest.mark.parametrize("other", [ADA, SSO, USER, ROOT])
def test_two_identities_of_one_kind_do_not_match(lin: str, other: str) -> None:
    """The kind of an identity, such as "IAM user", is not a name."""
    identities = Identities()
    assert not identities.caller(lin, "").goes_by & identities.caller(other, "").goes_by


def test_a_person_without_slack_has_the_configured_name() -> None:
    by = known(**{"Lin Berg": [SSO]}).caller(SSO_TOO, "")

    assert (by.person, by.name) == ("Lin Berg", "Lin Berg")


def test_a_missing_slack_name_falls_back_to_the_handle_and_then_the_id() -> None:
    assert Identities().clicker(SLACK_ID, handle="kim", team="T1").shown == "kim"
    assert Identities().clicker(SLACK_ID, team="T1").shown == SLACK_ID


@pytest.mark.parametrize("listed", [USER, SLACK_ID, SSO, KIM, f"{ROLE}/*"])
@pytest.mark.parametrize("endpoint", ["IAM user", "Identity Center", "Slack"])
def test_the_list_may_name_a_person_by_any_identity(listed: str, endpoint: str) -> None:
    identities = known(**{SLACK_ID: [USER, SSO, KIM]})
    by = {
        "IAM user": identities.caller(USER, ""),
        "Identity Center": identities.caller(SSO_TOO, ""),
        "Slack": identities.clicker(SLACK_ID, team="T1"),
    }[endpoint]

    assert refusal(by, listed) == ""


def test_a_role_session_is_not_the_person_with_its_name() -> None:
    by = known(**{SLACK_ID: [USER, KIM]}).caller(KIM, "")

    assert (by.person, by.is_named) == (ROLE, False)
    assert refusal(by, SLACK_ID) == refusal(by, USER) == "You are not a reviewer of this stage."
    assert refusal(by, KIM) == refusal(by, f"{ROLE}/*") == ""


def test_a_role_session_matches_the_person_and_all_other_sessions() -> None:
    by = known(**{SLACK_ID: [USER, KIM]}).caller(KIM, "")

    for requester in (SLACK_ID, USER, "data-ops/kim2", f"{ROLE}/zed"):
        assert by.goes_by & claims(requester), requester
    assert not by.goes_by & claims("other/zed")


def test_a_person_with_one_role_session_does_not_match_the_others() -> None:
    by = known(**{SLACK_ID: [KIM]}).clicker(SLACK_ID, team="T1")

    assert by.goes_by & claims("data-ops/kim")
    assert not by.goes_by & claims("data-ops/ada")


@pytest.mark.parametrize(
    "arn",
    [
        ADA,
        f"{ACCOUNT}/data-ops-admins/kim",
        f"{ACCOUNT}/other/kim",
        "arn:aws:sts::999999999999:assumed-role/data-ops/kim",
        f"{ACCOUNT}/other/U012ABCDEF",
        "arn:aws:sts::123456789012:federated-user/U012ABCDEF",
        USER,
        ROOT,
    ],
)
def test_a_name_alone_makes_no_reviewer(arn: str) -> None:
    assert "not a reviewer" in refusal(Identities().caller(arn, ""), KIM, SLACK_ID)


def test_only_sessions_of_a_listed_role_may_decide() -> None:
    assert refusal(Identities().caller(ADA, ""), f"{ROLE}/*") == ""
    assert refusal(Identities().caller(f"{ACCOUNT}/data-ops-admins/ada", ""), f"{ROLE}/*")


def test_a_function_reads_the_stages_lists_from_its_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = DecisionRules(reviewers=("U2BOB", KIM), identities={"U2BOB": (USER, KIM)})
    [(path, text)] = rules.files.items()
    assert Path(archive.ROOT, path) == module.RULES

    monkeypatch.setattr(module, "RULES", tmp_path / "rules.json")
    module.RULES.write_text(text)

    assert Identities.of_the_stage() == Identities(
        persons=Persons(identities={"U2BOB": [USER, KIM]}), reviewers=["U2BOB", KIM]
    )


def test_the_condition_of_a_claim_stays_within_dynamodbs_limit() -> None:
    """A condition has at most 4 kB, at about 30 bytes per name."""
    arns = [f"arn:aws:iam::123456789012:user/{'p/' * n}kim{n}" for n in range(9)]
    identities = Identities(
        persons=Persons(identities={SLACK_ID: [*arns, f"{ACCOUNT}/AWSReservedSSO_*/kim"]}),
        name_in_slack=lambda _: "(".join("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"),
    )

    by = identities.clicker(SLACK_ID, handle=",".join("0123456789klmnopqrstuvwxyz"), team="T1")

    assert len(by.goes_by) < 120
    assert claims("user/kim8") & by.goes_by
