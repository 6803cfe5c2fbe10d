"""Who may decide, and what a decision must say: one set of rules for every door."""

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
    """What a verdict rests on."""

    LINK = "link"
    """Whoever has the link may."""
    ANYONE = "anyone"
    """Nobody in particular is listed."""
    LISTED = "listed"
    IN_GROUP = "in_group"

    LINK_ONLY_SHOWS = "link_only_shows"
    FOREIGN_WORKSPACE = "foreign_workspace"
    NOT_LISTED = "not_listed"
    NAMELESS = "nameless"
    """Several people are needed, and the identity is nobody's in particular."""
    REQUESTER = "requester"


_REFUSALS = {
    Because.LINK_ONLY_SHOWS: (
        "Decisions are made with the buttons in Slack only, where it is known who clicks."
    ),
    Because.FOREIGN_WORKSPACE: "This stage takes decisions from its own Slack workspace only.",
    Because.NOT_LISTED: "You are not among this stage's reviewers.",
    Because.NAMELESS: (
        "This review needs several approvers, and a role, a federated user or root does not"
        " identify one person. Approve in Slack, as an IAM user, or with IAM Identity Center."
    ),
    Because.REQUESTER: "You requested this yourself; somebody else has to approve.",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether somebody may decide this way, and what that rests on."""

    because: Because
    basis: str = ""
    """The group, or the name of the requester, that it rests on."""
    is_unchecked: bool = False
    """Whether nobody can know that an approval is not the requester's own."""

    @property
    def granted(self) -> bool:
        """Whether they may."""
        return self.because not in _REFUSALS

    @property
    def refusal(self) -> str:
        """Why they may not, for people; empty where they may."""
        return _REFUSALS.get(self.because, "")


def _nobody_can_tell(group: str, _team: str) -> frozenset[str]:
    raise CannotCheck(group)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A stage's rules. `links_decide` is true only where nobody needs to be known."""

    reviewers: frozenset[str] = frozenset()
    """Slack ids of people and of groups, and IAM identities; none: everybody."""
    members_of: Callable[[str, str], frozenset[str]] = _nobody_can_tell
    """Who is in a group of Slack's now, asked for a workspace. Raises `CannotCheck` where Slack
    does not say."""
    required_approvals: int = 1
    allow_self_approval: bool = False
    links_decide: bool = True
    slack_team: str = ""
    """The one workspace or enterprise whose people may decide in Slack; empty: the one that a click
    comes from."""

    def verdict(
        self,
        by: Actor,
        outcome: Outcome,
        requested_by: str = "",
        names: frozenset[str] = frozenset(),
    ) -> Verdict:
        """Whether somebody may decide so; by a review's requester only where that is known.

        `names` are those of a verified requester, in the form of `people.claims`.

        The claim holds the requester against `barred` once more, in the write that decides. Raises
        `CannotCheck` where Slack has to say who is in a group, and does not.
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
        """The requesters whose reviews they may not decide so: their own may be rejected."""
        if self.allow_self_approval or by.via == Way.LINK or outcome is Outcome.REJECTED:
            return frozenset()
        return by.goes_by

    def approvals_needed(self, outcome: Outcome) -> int:
        """How many people it takes; one rejection ends a review."""
        return self.required_approvals if outcome is Outcome.APPROVED else 1

    def _is_at_home(self, by: Actor) -> bool:
        return not by.is_foreign and self.slack_team in ("", by.slack_team, by.slack_enterprise)

    def _standing(self, by: Actor) -> tuple[Because, str]:
        """Whether they are among the reviewers, and by which group."""
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
        """One of the groups that they are in, whatever is not known of the others."""
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
    """What can be seen of the reason.

    Raises `InvalidReason` where it is too long, or missing from a rejection.
    """
    said = checked_length(reason)
    if outcome is Outcome.REJECTED and not said:
        raise InvalidReason("Say why: a rejection needs a reason.")
    return said


def checked_length(reason: str) -> str:
    """The same of a reason that need not be there."""
    reason = visible(reason)
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"A reason has at most {REASON_LIMIT} characters, this one has {len(reason)}."
        )
    return reason
