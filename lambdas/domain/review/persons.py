"""Map identities verified by Slack or AWS to person keys. Each person counts once.

| identity | person key | identifies a person |
|---|---|---|
| Slack user | `T012ABCDEF/U012ABCDEF`: the enterprise or the workspace, and the user | yes |
| IAM user | its ARN, without a path | yes |
| Identity Center user | `arn:…:assumed-role/AWSReservedSSO_*/NAME`, for all permission sets | yes |
| any of these in `identities` | the name there | yes |
| other sessions of a role | `arn:…:assumed-role/ROLE` | no: the session's name is free to choose |
| federated users | `arn:…:federated-user` | no: the name is free to choose |
| root | `arn:…:root` | no: it is shared |

Pure: `components/settings` validates the configuration with it, functions decide with it. ARNs:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
Identity Center:
https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lambdas.domain.review.requester import IDENTITY_CENTER, shown, slack_user_of

_USER = re.compile(r"(arn:[a-z-]+:iam::[0-9]{12}:user/)(?:.*/)?([^/]+)")
_SESSION = re.compile(r"((arn:[a-z-]+:sts::[0-9]{12}:assumed-role/)([^/]+))/([^/]+)")
_FEDERATED = re.compile(r"(arn:[a-z-]+:sts::[0-9]{12}:federated-user)/.+")
_ROOT = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:root")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person with a verified identity."""

    key: str
    name: str = ""
    """The name in AWS or the configuration. Names in Slack must be looked up there."""
    ids: frozenset[str]
    """All identities of the person. A list that contains any of them contains the person."""
    aliases: frozenset[str] = frozenset()
    """Other people that this may be. Unverified, so used only to prevent self-approval."""
    is_named: bool = True
    """Whether the key identifies one person."""


@dataclass(frozen=True, kw_only=True)
class Persons:
    """The people of a stage. Raises `SharedIdentity` for an identity of two people."""

    identities: Mapping[str, Iterable[str]] = field(default_factory=dict[str, "Iterable[str]"])
    """From the configuration: identities by Slack user id or name."""

    def __post_init__(self) -> None:
        owners: dict[str, str] = {}
        for person, identities in self.identities.items():
            for identity in {person.casefold(), *map(one_spelling, identities)}:
                if identity in owners:
                    raise SharedIdentity(identity, owners[identity], person)
                owners[identity] = person

    def in_slack(self, user_id: str, scope: str) -> Person:
        """A Slack user of an enterprise or workspace."""
        key = f"{scope}/{user_id}" if scope else user_id
        if user_id in self.identities:
            key = user_id
        return Person(key=key, ids=frozenset({key, user_id}) | self._joined(user_id))

    def in_aws(self, arn: str) -> Person:
        """An IAM identity."""
        own = one_spelling(arn)
        owner = self._owner(own)
        joined = self._joined(owner)
        if not identifies_person(own):
            crowd = _shared_key(arn)
            maybe = frozenset({owner, crowd} - {""}) | joined
            return Person(
                key=crowd, name=shown(arn), ids=frozenset({arn}), aliases=maybe, is_named=False
            )
        is_name = owner and not slack_user_of(owner)
        ids = frozenset({arn, own, owner} - {""}) | joined
        return Person(key=owner or own, name=owner if is_name else shown(own), ids=ids)

    def keys_of(self, listed: str, *, in_slack: bool = True) -> frozenset[str]:
        """Keys of the identified people in a `reviewers` entry that is not a group.

        `in_slack` says whether people may decide in Slack, or only with IAM identities.
        """
        own = one_spelling(listed)
        meant = {it for it in self.identities if is_listed(self._joined(it) | {it}, (listed,))}
        if not meant:
            return frozenset(
                {own} if identifies_person(own) or (slack_user_of(own) and in_slack) else ()
            )
        return frozenset(
            it
            for it in meant
            if (in_slack and slack_user_of(it)) or any(map(identifies_person, self._joined(it)))
        )

    def _owner(self, own: str) -> str:
        for person, identities in self.identities.items():
            if own in map(one_spelling, identities):
                return person
        return ""

    def _joined(self, person: str) -> frozenset[str]:
        given = tuple(self.identities.get(person, ()))
        return frozenset({*given, *map(one_spelling, given)})


def _shared_key(arn: str) -> str:
    """The shared key of an identity that does not identify a person."""
    if found := _SESSION.fullmatch(arn) or _FEDERATED.fullmatch(arn):
        return found[1]
    return arn


class SharedIdentity(ValueError):
    """An identity belongs to two people."""

    def __init__(self, identity: str, one: str, other: str) -> None:
        self.identity, self.one, self.other = identity, one, other
        super().__init__(f"{identity} under {one} and {other}")


def one_spelling(identity: str) -> str:
    """Normalize an ARN, so that a user has one identity.

    IAM users lose their path, Identity Center users their permission set.
    """
    if user := _USER.fullmatch(identity):
        return user[1] + user[2]
    if (session := _of_identity_center(identity)) and session[4] != "*":
        return f"{session[2]}{IDENTITY_CENTER}*/{session[4].lower()}"
    return identity


def identifies_person(identity: str) -> bool:
    """Whether this identity can only be one person."""
    if session := _of_identity_center(identity):
        return session[4] != "*"
    return _USER.fullmatch(identity) is not None


def is_root(identity: str) -> bool:
    """Whether this is an account's root user."""
    return _ROOT.fullmatch(identity) is not None


def matches_many_people(listed: str) -> bool:
    """Whether a `reviewers` entry matches many identified people."""
    session = _of_identity_center(listed)
    return session is not None and session[4] == "*"


def _of_identity_center(identity: str) -> re.Match[str] | None:
    session = _SESSION.fullmatch(identity)
    return session if session and session[3].startswith(IDENTITY_CENTER) else None


def is_listed(ids: frozenset[str], reviewers: Iterable[str]) -> bool:
    """Whether a person with these identities is a reviewer, not counting groups."""
    return any(
        it in ids
        or one_spelling(it) in ids
        or (it.endswith("/*") and any(own.startswith(it[:-1]) for own in ids))
        for it in reviewers
    )
