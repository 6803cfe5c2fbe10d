"""Names of requesters and reviewers: how they are parsed, compared and shown."""

import re
import urllib.parse
from typing import TypeGuard

from lambdas.domain.review.text import likeness, visible

NOT_STATED = "not stated"
"""Shown if the caller does not state a requester."""
SAYS_THE_CALLER = "says the caller"
"""Marks a requester that only the request states."""
WORKFLOW = "workflow "
"""Prefix of a workflow's verified requester. No IAM identity starts with it."""
COULD_NOT_CHECK = "self-approval could not be checked"
"""Marks an approval by a role, a federated user or root, which do not identify one person."""

_NAME_LIMIT = 80
_PLAIN = re.compile(r"<@[A-Z0-9]+>|[\w .@'/+()-]+")
_MAX_CLAIMS = 20
_USER_ID = "[UW](?=[A-Z]*[0-9])[A-Z0-9]{2,20}"
_SLACK_USER = re.compile(_USER_ID)
_SLACK_KEY = re.compile(f"(?:[ET][A-Z0-9]+/)?({_USER_ID})")
_SHORTEST_ID = 9
"""Slack's ids are at least this long; a shorter one alone is a name."""
_MENTION = re.compile(rf"<@\s*({_USER_ID})\s*(?:\|[^<>]*)?>", re.IGNORECASE)
_IDENTITY = re.compile(r"arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):(?:([a-z-]+)/)?(.+)")
IDENTITY_CENTER = "AWSReservedSSO_"
"""Prefix of the roles of its permission sets. Sessions are named after users."""

# For a requester's text in lower case.
_PIECES = re.compile(r"[<>()\[\]{}|\"“”,;]+")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_MAIL = re.compile(r"[^\s<>()\[\]{}|\"“”,;:/?&=@]+@[^\s<>()\[\]{}|\"“”,;:/?&=@]+")
_ID_WITHIN = re.compile(r"(?<![a-z0-9])[uw](?=[a-z]*[0-9])[a-z0-9]{8,20}(?![a-z0-9])")
_PATH = re.compile(r"(?:arn:\S*:)?(?:(user|assumed-role|role|federated-user)/)?(\S+)")


def is_slack_user(name: object) -> TypeGuard[str]:
    """Whether this is a Slack user id."""
    return isinstance(name, str) and _SLACK_USER.fullmatch(name) is not None


def slack_user_of(key: str) -> str:
    """The Slack user id in a person key, or empty."""
    found = _SLACK_KEY.fullmatch(key)
    return found[1] if found else ""


def requester(text: str) -> str:
    """Parse a requester: the Slack id if the text is or mentions one, else the text.

    An id has at least 9 characters and may follow an @, or is in a mention.
    """
    name = visible(text)
    if mention := _MENTION.search(name):
        return mention[1].upper()
    return requesting_slack_user(name.removeprefix("@")) or name


def requesting_slack_user(requested_by: str) -> str:
    """The Slack id of a requester; empty for a name."""
    is_id = is_slack_user(requested_by) and len(requested_by) >= _SHORTEST_ID
    return requested_by if is_id else ""


def with_proof(claimed: str, verified: str) -> str:
    """The requester as text: `kim (says the caller)`, `verified: role ci`, or both.

    A claim that is not a plain name is quoted, so that it cannot look verified.
    """
    is_plain = _PLAIN.fullmatch(claimed)
    name = claimed if is_plain else '"' + claimed.replace('"', "'") + '"'
    claim = f"{name} ({SAYS_THE_CALLER})" if claimed else ""
    proof = f"verified: {verified}" if verified else ""
    if not claimed and (not verified or verified.startswith(WORKFLOW)):
        claim = NOT_STATED  # a workflow asks on behalf of a person
    return ", ".join(filter(None, (claim, proof)))


def unchecked(requested_by: str, asker: str = "") -> str:
    """A warning if self-approval by this requester cannot be detected; empty for a Slack user.

    `asker` is the person key of a verified requester.
    """
    if requesting_slack_user(requested_by) or slack_user_of(asker):
        return ""
    why = "not a Slack user: " if requested_by else ""
    return f"({why}self-approval cannot be checked)"


def claims(text: str) -> frozenset[str]:
    """All names in a text, normalized for comparison.

    Normalized: without case, compatibility characters, invisible characters, `mailto:` and
    surrounding punctuation. `Kim Reyes <kim@example.com>` yields both; `user/kim` also yields
    `kim`; `data-ops/kim`, as an ARN or not, also yields `kim` and all sessions of the role,
    `data-ops/*`.
    """
    whole = likeness(text)
    texts = {whole, likeness(urllib.parse.unquote(whole))} if "%" in whole else {whole}
    pieces = {piece for it in texts for piece in (it, *_PIECES.split(it))}
    pieces |= {piece for it in texts for piece in _MAIL.findall(it)}
    pieces |= {piece for it in texts for piece in _ID_WITHIN.findall(it)}
    bare = {_bare(piece) for piece in pieces}
    return frozenset({*bare, *(name for it in bare for name in _of_a_path(it))} - {""})


def profile_claims(name: str) -> frozenset[str]:
    """`claims` of a self-chosen name, limited in number: a condition has at most 4 kB."""
    return frozenset(sorted(claims(name))[:_MAX_CLAIMS])


def profile_name(name: object) -> str:
    """A name from a Slack profile as one visible line, or empty."""
    return " ".join(visible(name).split())[:_NAME_LIMIT] if isinstance(name, str) else ""


def identity_name(arn: str, limit: int) -> str:
    """The name of an IAM identity as a requester, at most `limit` characters.

    `data-ops/kim` for a role's session, `user/kim`, `root`; for an Identity Center user the user
    name.
    """
    found = _IDENTITY.fullmatch(arn)
    if not found:
        return arn[:limit]
    kind, path = found[2], found[3]
    last = path.rsplit("/", 1)[-1]
    name = f"user/{last}" if kind == "user" else path
    is_plain = len(name) <= limit and not path.startswith(IDENTITY_CENTER)
    return name if is_plain else last[:limit]


def shown(person: str) -> str:
    """A person as text: an IAM identity without the parts common to all ARNs.

    `kim (role data-ops)`, `someone with role data-ops`, `kim (IAM user)`; for an Identity Center
    user the user name.
    """
    found = _IDENTITY.fullmatch(person)
    if not found:
        return person
    _, kind, name = found.groups()
    match kind:
        case "assumed-role":
            role, _, session = name.partition("/")
            if session and role.startswith(IDENTITY_CENTER):
                return session
            return f"{session} (role {role})" if session else f"someone with role {role}"
        case "user":
            return f"{name.rsplit('/', 1)[-1]} (IAM user)"
        case "federated-user":
            return f"{name} (federated user)"
        case _:
            return f"{name} (AWS account {found[1]})"


def proven(arn: str) -> str:
    """What a signature by an IAM identity verifies, as text.

    For a role's session that is the role, since those who assume it choose the session's name.
    """
    found = _IDENTITY.fullmatch(arn)
    match found and found[2]:
        case "assumed-role" if found and not found[3].startswith(IDENTITY_CENTER):
            return f"role {found[3].partition('/')[0]}"
        case "federated-user":
            return "a federated user"
        case _:
            return shown(arn)


def _bare(piece: str) -> str:
    """Strip surrounding punctuation and `mailto:`."""
    bare = _AROUND.sub("", piece)
    while bare.startswith("mailto:"):
        bare = _AROUND.sub("", bare.removeprefix("mailto:"))
    return bare


def _of_a_path(name: str) -> set[str]:
    """The names in an ARN, or in the end of one: `user/kim`, `data-ops/kim`."""
    if name.startswith("arn:") and "/" not in name:
        return {name.rpartition(":")[2]}
    found = _PATH.fullmatch(name)
    if not found or "/" not in name:
        return set()
    kind, path = found.groups()
    *before, last = path.split("/")
    names = {last, path}
    if kind == "user":
        return names | {f"user/{last}"}
    role = before[0] if len(before) == 1 else last if not before else ""
    if kind != "federated-user" and role and not role.startswith(IDENTITY_CENTER.casefold()):
        names.add(f"{role}/*")
    return names
