"""Who may make which decision at which endpoint: every case of one table.

Each row is a person at an endpoint. A cell is `yes`, `yes?` if the audit log states that
self-approval could not be checked, or the reason for the refusal.
"""

from itertools import product
from typing import Any

import pytest

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Because, Rules
from lambdas.domain.askers.api import AskerApi
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.review import UNVERIFIED, Outcome, Way

STS, IAM = "arn:aws:sts::123456789012", "arn:aws:iam::123456789012"
ROLE = f"{STS}:assumed-role/data-ops"
SSO = f"{STS}:assumed-role/AWSReservedSSO"
KIM, LIN = "U012ABCDEF", "U067SECOND"
IDENTITIES = Identities(
    persons=Persons(
        identities={KIM: [f"{IAM}:user/kim", f"{SSO}_*/kim@example.com", f"{ROLE}/kim"]}
    )
)
REVIEWERS = frozenset({KIM, f"{ROLE}/*"})

WHO: dict[str, Actor] = {
    "link": Actor(person=UNVERIFIED, via=Way.LINK),
    "Kim in Slack": IDENTITIES.clicker(KIM, handle="kim", team="T1"),
    "Kim, IAM user": IDENTITIES.caller(f"{IAM}:user/kim", ""),
    "Kim, Identity Center": IDENTITIES.caller(f"{SSO}_A_01/kim@example.com", ""),
    "role data-ops/kim": IDENTITIES.caller(f"{ROLE}/kim", ""),
    "role data-ops/zed": IDENTITIES.caller(f"{ROLE}/zed", ""),
    "role other/yan": IDENTITIES.caller(f"{STS}:assumed-role/other/yan", ""),
    "federated": IDENTITIES.caller(f"{STS}:federated-user/kim", ""),
    "root": IDENTITIES.caller(f"{IAM}:root", ""),
    "Lin in Slack": IDENTITIES.clicker(LIN, handle="lin", team="T1"),
    "Lin, IAM user": IDENTITIES.caller(f"{IAM}:user/lin", ""),
    "Lin, foreign": IDENTITIES.clicker(LIN, team="T2", is_foreign=True),
}

# The review is requested by Ada, by Kim under one of several names, or by an asker who signed the
# request on behalf of Ada.
TABLE = """
                     | anyone may decide         | listed: Kim, data-ops/*
who                  | approve | of two | reject | approve | of two | reject
link                 | yes     | -      | yes    | -       | -      | -
Kim in Slack         | yes     | yes    | yes    | yes     | yes    | yes
  asked as Kim       | asked   | asked  | yes    | asked   | asked  | yes
  signed by Kim      | asked   | asked  | yes    | asked   | asked  | yes
Kim, IAM user        | yes     | yes    | yes    | yes     | yes    | yes
  asked as Kim       | asked   | asked  | yes    | asked   | asked  | yes
  signed by Kim      | asked   | asked  | yes    | asked   | asked  | yes
  signed by a role   | yes     | yes    | yes    | yes     | yes    | yes
  by a role as kim   | asked   | asked  | yes    | asked   | asked  | yes
Kim, Identity Center | yes     | yes    | yes    | yes     | yes    | yes
  asked as Kim       | asked   | asked  | yes    | asked   | asked  | yes
  signed by Kim      | asked   | asked  | yes    | asked   | asked  | yes
role data-ops/kim    | yes?    | who?   | yes    | yes?    | who?   | yes
  asked as Kim       | asked   | who?   | yes    | asked   | who?   | yes
  signed by Kim      | asked   | who?   | yes    | asked   | who?   | yes
  signed by a role   | asked   | who?   | yes    | asked   | who?   | yes
role data-ops/zed    | yes?    | who?   | yes    | yes?    | who?   | yes
  asked as data-ops/ | asked   | who?   | yes    | asked   | who?   | yes
  signed by Kim      | yes?    | who?   | yes    | yes?    | who?   | yes
  signed by a role   | asked   | who?   | yes    | asked   | who?   | yes
role other/yan       | yes?    | who?   | yes    | list    | list   | list
  asked as data-ops/ | yes?    | who?   | yes    | list    | list   | list
  signed by a role   | yes?    | who?   | yes    | list    | list   | list
federated            | yes?    | who?   | yes    | list    | list   | list
root                 | yes?    | who?   | yes    | list    | list   | list
Lin in Slack         | yes     | yes    | yes    | list    | list   | list
  asked as Kim       | yes     | yes    | yes    | list    | list   | list
  signed by Kim      | yes     | yes    | yes    | list    | list   | list
Lin, IAM user        | yes     | yes    | yes    | list    | list   | list
Lin, foreign         | foreign | foreign| foreign| foreign | foreign| foreign
by the asker API     | none    | none   | none   | none    | none   | none
"""
REFUSALS = {
    "-": Because.LINK_ONLY_SHOWS,
    "asked": Because.REQUESTER,
    "who?": Because.NAMELESS,
    "list": Because.NOT_LISTED,
    "foreign": Because.FOREIGN_WORKSPACE,
}
REQUESTERS = {
    "": ("Ada Okafor", "U045REVIEW", "ada@example.com", ""),
    "asked as Kim": (
        *(KIM, f"<@{KIM}>", "kim", "user/kim", "Kim <kim@example.com>", "mailto:KIM@example.com"),
        *("data-ops/kim", f"{ROLE}/kim", f"{SSO}_B_02/kim@example.com", f"{IAM}:user/kim"),
    ),
    "asked as data-ops/": ("data-ops/zed", "data-ops/zed2", f"{ROLE}/zoe"),
}
SIGNERS = {
    "signed by Kim": (f"{IAM}:user/kim", f"{SSO}_B_02/kim@example.com"),
    "signed by a role": (f"{ROLE}/nightly",),
    "by a role as kim": (f"{ROLE}/kim",),
}
COLUMNS = [
    (frozenset[str](), 1, Outcome.APPROVED),
    (frozenset[str](), 2, Outcome.APPROVED),
    (frozenset[str](), 1, Outcome.REJECTED),
    (REVIEWERS, 1, Outcome.APPROVED),
    (REVIEWERS, 2, Outcome.APPROVED),
    (REVIEWERS, 2, Outcome.REJECTED),
]


def cases() -> list[tuple[str, str, int, str]]:
    found: list[tuple[str, str, int, str]] = []
    who = ""
    for row in TABLE.strip("\n").splitlines()[2:]:
        name, *cells = (cell.strip() for cell in row.split("|"))
        request_is = name if row.startswith(" ") else ""
        who = who if request_is else name
        found += [(who, request_is, column, cell) for column, cell in enumerate(cells)]
    return found


@pytest.mark.parametrize(
    ("who", "request_is", "column", "expected"), [case for case in cases() if case[0] in WHO]
)
def test_every_case_of_the_table(who: str, request_is: str, column: int, expected: str) -> None:
    reviewers, needed, outcome = COLUMNS[column]
    rules = Rules(
        reviewers=reviewers,
        required_approvals=needed,
        links_decide=not reviewers and needed == 1,
    )
    signers = [IDENTITIES.caller(arn, "").goes_by for arn in SIGNERS.get(request_is, ())]
    claimed = REQUESTERS[""] if signers else REQUESTERS[request_is]
    for requested_by, names in product(claimed, signers or [frozenset[str]()]):
        verdict = rules.verdict(WHO[who], outcome, requested_by, names)

        assert verdict.granted is expected.startswith("yes"), (requested_by, verdict)
        assert verdict.because is REFUSALS.get(expected, verdict.because), requested_by
        assert verdict.is_unchecked is (expected == "yes?"), requested_by


def test_the_asker_api_has_no_route_to_decide() -> None:
    nothing: Any = None
    api = AskerApi(identities=IDENTITIES, requests=nothing)
    ways = {route.rsplit("/", 1)[-1] for route in api.routes()}

    assert {cell for who, _, _, cell in cases() if who == "by the asker API"} == {"none"}
    assert not ways & {"approve", "reject"}


def test_the_table_covers_every_person() -> None:
    assert {who for who, *_ in cases()} == {*WHO, "by the asker API"}


def test_the_requester_approves_if_self_approval_is_allowed() -> None:
    rules = Rules(allow_self_approval=True)
    for who in ("Kim in Slack", "Kim, IAM user", "role data-ops/kim"):
        verdict = rules.verdict(WHO[who], Outcome.APPROVED, KIM)
        assert (verdict.granted, verdict.is_unchecked) == (True, False)


@pytest.mark.parametrize(
    ("slack_team", "team", "enterprise", "granted"),
    [
        ("", "T1", "", True),
        ("", "T1", "E1", True),
        ("T1", "T1", "", True),
        ("T1", "T2", "E1", False),
        ("E1", "T2", "E1", True),
        ("E1", "T2", "", False),
        ("E1", "T2", "E2", False),
    ],
)
def test_only_the_stages_own_workspace_or_enterprise_matches(
    slack_team: str, team: str, enterprise: str, granted: bool
) -> None:
    by = IDENTITIES.clicker(LIN, team=team, enterprise=enterprise)

    assert Rules(slack_team=slack_team).verdict(by, Outcome.APPROVED).granted is granted
