"""People: claims, person keys and names."""

import pytest

from lambdas.domain.review.persons import Persons, SharedIdentity
from lambdas.domain.review.requester import claims, identity_name, requester, shown, slack_user_of

STS = "arn:aws:sts::123456789012"
USERS = "arn:aws:iam::123456789012:user"
SSO = f"{STS}:assumed-role/AWSReservedSSO"


@pytest.mark.parametrize(
    ("approver", "spellings"),
    [
        (
            f"{STS}:assumed-role/data-ops/kim",
            (
                *(
                    "kim",
                    "KIM",
                    "@kim",
                    " kim ",
                    "Kim.",
                    "user/kim",
                    "data-ops/kim",
                    "Data-Ops/KIM",
                ),
                *("kim (on call)", "\uff20\uff4b\uff49\uff4d", "k\u200bim", "\u202ekim\u202c"),
                *("ki\u00adm", "“kim”"),
            ),
        ),
        (
            "kim@example.com",
            (
                *("Kim Reyes <kim@example.com>", "mailto:kim@example.com", "KIM@EXAMPLE.COM"),
                *("<mailto:kim@example.com|Kim>", "kim@example.com (Kim)", "<kim@example.com>"),
                *('"Reyes, K." <kim@example.com>', "mailto:kim%40example.com?subject=now"),
                "MAILTO:Kim@Example.com.",
            ),
        ),
        (
            "Kim Reyes",
            ("kim  reyes", "Kim Reyes <other@example.com>", "KIM REYES", "Kim\u00a0Reyes"),
        ),
        (
            "U012ABCDEF",
            (
                *(
                    "U012ABCDEF",
                    "u012abcdef",
                    "@U012ABCDEF",
                    "<@U012ABCDEF>",
                    "<@ U012ABCDEF |kim>",
                ),
                *("on behalf of <@U012ABCDEF>", "Kim U012ABCDEF"),
                "https://x.slack.com/team/U012ABCDEF",
            ),
        ),
        (f"{STS}:assumed-role/r/uploader01", ("uploader01", "UPLOADER01", "@uploader01")),
        (f"{SSO}_A_01/kim@example.com", ("kim@example.com", "mailto:Kim@example.com")),
        (f"{USERS}/teams/kim", ("user/kim", f"{USERS}/teams/kim", "kim")),
        ("Straße", ("STRASSE", "strasse")),
        ("Zoë", ("Zoe\u0308", "ZOË")),
    ],
)
def test_all_spellings_of_a_name_match(approver: str, spellings: tuple[str, ...]) -> None:
    assert [it for it in spellings if not claims(it) & claims(approver)] == []


@pytest.mark.parametrize(
    ("requester", "approver"),
    [
        ("kim", f"{STS}:assumed-role/data-ops/kim2"),
        ("kim@example.com", "kim@example.org"),
        ("Kim Reyes <kim@example.com>", "Kim Lee"),
        ("", "U012ABCDEF"),
        ("", ""),
        ("U012ABCDEF", "U012ABCDE"),
    ],
)
def test_different_names_do_not_match(requester: str, approver: str) -> None:
    assert not claims(requester) & claims(approver)


def test_a_session_of_a_role_matches_all_its_sessions() -> None:
    for text in ("data-ops/kim", f"{STS}:assumed-role/data-ops/kim", "role/data-ops"):
        assert "data-ops/*" in claims(text)
    assert not [it for it in claims(f"{SSO}_A_01/kim") if it.endswith("/*")]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("U012ABCDEF", "U012ABCDEF"),
        ("@W012ABCDEF", "W012ABCDEF"),
        ("<@u012abcdef|kim>", "U012ABCDEF"),
        ("on behalf of <@U2BOB>", "U2BOB"),
        ("UNKNOWN", "UNKNOWN"),
        ("<@UNKNOWN>", "<@UNKNOWN>"),
        ("uploader01", "uploader01"),
        ("u012abcdef", "u012abcdef"),
        ("U012ABC", "U012ABC"),
        ("Kim Reyes <kim@example.com>", "Kim Reyes <kim@example.com>"),
    ],
)
def test_only_ids_in_slacks_form_are_slack_ids(text: str, stored: str) -> None:
    assert requester(text) == stored


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (f"{STS}:assumed-role/data-ops/kim", "kim (role data-ops)"),
        (f"{STS}:assumed-role/data-ops", "someone with role data-ops"),
        (f"{SSO}_A_01/kim@example.com", "kim@example.com"),
        (f"{STS}:federated-user/mallory", "mallory (federated user)"),
        (f"{USERS}/teams/kim", "kim (IAM user)"),
        ("arn:aws:iam::123456789012:root", "root (AWS account 123456789012)"),
        ("U012ABCDEF", "U012ABCDEF"),
        ("Kim", "Kim"),
    ],
)
def test_identities_are_shown_in_readable_form(person: str, words: str) -> None:
    assert shown(person) == words


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (f"{STS}:assumed-role/data-ops/kim", "data-ops/kim"),
        (f"{STS}:assumed-role/{'r' * 64}/{'k' * 64}", "k" * 64),
        (f"{SSO}_A_01/kim@example.com", "kim@example.com"),
        (f"{STS}:federated-user/mallory", "mallory"),
        (f"{USERS}/teams/kim", "user/kim"),
        ("arn:aws:iam::123456789012:root", "root"),
        ("kim", "kim"),
    ],
)
def test_the_requesters_name_matches_its_identity(arn: str, name: str) -> None:
    assert identity_name(arn, 80) == name
    assert claims(name) & claims(arn)


@pytest.mark.parametrize(
    ("key", "user_id"),
    [
        ("T012ABCDEF/U012ABCDEF", "U012ABCDEF"),
        ("E012ABCDEF/W1ANN", "W1ANN"),
        ("U2BOB", "U2BOB"),
        ("URSULA", ""),
        ("Kim Reyes", ""),
        (f"{USERS}/U012ABCDEF", ""),
    ],
)
def test_a_person_key_contains_its_slack_user(key: str, user_id: str) -> None:
    assert slack_user_of(key) == user_id


@pytest.mark.parametrize(
    "arns",
    [
        (f"{SSO}_A_01/kim@example.com", f"{SSO}_B_02/Kim@example.com"),
        (f"{USERS}/kim", f"{USERS}/teams/kim"),
        (f"{STS}:federated-user/mallory", f"{STS}:federated-user/trent"),
        (f"{STS}:assumed-role/data-ops/kim", f"{STS}:assumed-role/data-ops/kim2"),
    ],
)
def test_equivalent_identities_have_one_key(arns: tuple[str, ...]) -> None:
    assert len({Persons().in_aws(arn).key for arn in arns}) == 1


@pytest.mark.parametrize(
    ("arns", "person"),
    [
        ([f"{USERS}/kim", f"{SSO}_*/kim@example.com"], "Kim Reyes"),
        ([f"{USERS}/x/kim", f"{SSO}_B_02/Kim@example.com"], "U012ABCDEF"),
    ],
)
def test_identities_of_one_person_are_joined(arns: list[str], person: str) -> None:
    persons = Persons(identities={person: arns})

    for arn in (f"{USERS}/kim", f"{SSO}_A_01/kim@example.com"):
        found = persons.in_aws(arn)
        assert (found.key, found.is_named) == (person, True)


def test_a_user_of_an_enterprise_is_one_person_and_of_two_workspaces_two() -> None:
    persons = Persons()
    assert persons.in_slack("U1ANN", "T1").key != persons.in_slack("U1ANN", "T2").key
    assert persons.in_slack("U1ANN", "E1").key == "E1/U1ANN"
    assert Persons(identities={"U1ANN": [f"{USERS}/ann"]}).in_slack("U1ANN", "E1").key == "U1ANN"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{USERS}/kim", f"{USERS}/teams/kim"),
        (f"{SSO}_*/kim@example.com", f"{SSO}_A_01/Kim@example.com"),
        (f"{STS}:assumed-role/data-ops/kim", f"{STS}:assumed-role/data-ops/kim"),
    ],
)
def test_one_identity_cannot_belong_to_two_people(one: str, other: str) -> None:
    with pytest.raises(SharedIdentity, match="under Kim and U012ABCDEF"):
        Persons(identities={"Kim": [one], "U012ABCDEF": [other]})
    Persons(identities={"Kim": [one, other]})


def test_one_name_cannot_belong_to_two_people() -> None:
    with pytest.raises(SharedIdentity):
        Persons(identities={"Kim Reyes": [], "KIM REYES": []})
