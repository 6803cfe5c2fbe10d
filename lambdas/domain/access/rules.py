"""Who may decide, and what a decision must contain. All endpoints use the same rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lambdas.domain.review.errors import CannotCheck, InvalidReason
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import is_listed
from lambdas.domain.review.requester import claims, is_slack_user
from lambdas.domain.review.review import Outcome, Way
from lambdas.domain.review.text import visible

REASON_LIMIT = 500


class Because(StrEnum):
    """The reason for a verdict."""

    LINK = "link"
    """Anyone with the link may decide."""
    ANYONE = "anyone"
    """The list of reviewers is empty."""
    LISTED = "listed"
    IN_GROUP = "in_group"

    LINK_ONLY_SHOWS = "link_only_shows"
    FOREIGN_WORKSPACE = "foreign_workspace"
    NOT_LISTED = "not_listed"
    NAMELESS = "nameless"
    """Several people must approve, and the identity does not identify one person."""
    REQUESTER = "requester"


_REFUSALS = {
    Because.LINK_ONLY_SHOWS: (
        "Links cannot decide in this stage. Decide in Slack or with the signoff command."
    ),
    Because.FOREIGN_WORKSPACE: "Only members of this stage's Slack workspace may decide.",
    Because.NOT_LISTED: "You are not a reviewer of this stage.",
    Because.NAMELESS: (
        "This review needs several approvers, and a role, a federated user or the root user does"
        " not identify one person. Approve in Slack, as an IAM user, or with IAM Identity Center."
    ),
    Because.REQUESTER: "You requested this; someone else must approve.",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a person may decide this way, and why."""

    because: Because
    basis: str = ""
    """The user group or the requester's name that the verdict is based on."""
    is_unchecked: bool = False
    """Whether self-approval could not be ruled out."""

    @property
    def granted(self) -> bool:
        """Whether the person may decide."""
        return self.because not in _REFUSALS

    @property
    def refusal(self) -> str:
        """Why the person may not decide, as a message; empty if granted."""
        return _REFUSALS.get(self.because, "")


def _no_group_lookup(group: str, _team: str) -> frozenset[str]:
    raise CannotCheck(group)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A stage's rules. `links_decide` is true only if reviewers need not be identified."""

    reviewers: frozenset[str] = frozenset()
    """Slack users, Slack user groups and IAM identities. If empty, everyone may decide."""
    members_of: Callable[[str, str], frozenset[str]] = _no_group_lookup
    """Returns the current members of a Slack user group, given the group and a workspace. Raises
    `CannotCheck` if Slack does not return them."""
    required_approvals: int = 1
    allow_self_approval: bool = False
    links_decide: bool = True
    slack_team: str = ""
    """The only workspace or enterprise whose members may decide in Slack. If empty, members of the
    workspace in which they click."""

    def verdict(
        self,
        by: Actor,
        outcome: Outcome,
        requested_by: str = "",
        names: frozenset[str] = frozenset(),
    ) -> Verdict:
        """Check whether a person may decide; the requester is checked only if given.

        `names` are those of a verified requester, as returned by `requester.claims`.

        The write that decides checks the requester against `barred` again. Raises `CannotCheck` if
        Slack has to return the members of a group and does not.
        """
        if by.via == Way.LINK:
            return Verdict(because=Because.LINK if self.links_decide else Because.LINK_ONLY_SHOWS)
        if by.via == Way.SLACK and not self._is_at_home(by):
            return Verdict(because=Because.FOREIGN_WORKSPACE)
        because, basis = self._standing(by)
        if because is Because.NOT_LISTED or outcome is Outcome.REJECTED:
            return Verdict(because=because, basis=basis)
        if not by.is_named and self.required_approvals > 1:
            return Verdict(because=Because.NAMELESS)
        if self.barred(by, outcome) & (claims(requested_by) | names):
            return Verdict(because=Because.REQUESTER, basis=requested_by)
        is_unchecked = not by.is_named and not self.allow_self_approval
        return Verdict(because=because, basis=basis, is_unchecked=is_unchecked)

    def barred(self, by: Actor, outcome: Outcome) -> frozenset[str]:
        """The requester names whose reviews this person may not approve; rejecting is allowed."""
        if self.allow_self_approval or by.via == Way.LINK or outcome is Outcome.REJECTED:
            return frozenset()
        return by.goes_by

    def approvals_needed(self, outcome: Outcome) -> int:
        """Number of people who must agree. One rejection ends a review."""
        return self.required_approvals if outcome is Outcome.APPROVED else 1

    def _is_at_home(self, by: Actor) -> bool:
        return not by.is_foreign and self.slack_team in ("", by.slack_team, by.slack_enterprise)

    def _standing(self, by: Actor) -> tuple[Because, str]:
        """Whether the person is a reviewer, and through which group."""
        ids = by.ids | {by.person}
        if not self.reviewers:
            return Because.ANYONE, ""
        if is_listed(ids, self.reviewers):
            return Because.LISTED, ""
        groups = sorted(it for it in self.reviewers if it.startswith("S"))
        people = {it for it in ids if is_slack_user(it)}
        group = self._group_of(people, groups, by.slack_team) if people else ""
        return (Because.IN_GROUP, group) if group else (Because.NOT_LISTED, "")

    def _group_of(self, people: set[str], groups: Sequence[str], team: str) -> str:
        """The first group that has one of these people. Raises only if no other group does."""
        not_known: CannotCheck | None = None
        for group in groups:
            try:
                if people & self.members_of(group, team):
                    return group
            except CannotCheck as problem:
                not_known = not_known or problem
        if not_known:
            raise not_known
        return ""


def checked_reason(outcome: Outcome, reason: str) -> str:
    """The visible text of the reason.

    Raises `InvalidReason` if it is too long, or missing for a rejection.
    """
    visible_reason = checked_length(reason)
    if outcome is Outcome.REJECTED and not visible_reason:
        raise InvalidReason("Enter a reason to reject.")
    return visible_reason


def checked_length(reason: str) -> str:
    """The visible text of an optional reason. Raises `InvalidReason` if it is too long."""
    reason = visible(reason)
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"The reason must be at most {REASON_LIMIT} characters. Yours has {len(reason)}."
        )
    return reason
