"""What people are called: how they are shown, and how requesters write who they are."""

import re
import urllib.parse
from typing import TypeGuard

from lambdas.domain.review.text import likeness, visible

NOT_STATED = "not stated"
"""The requester where the caller does not say who it is."""
SAYS_THE_CALLER = "says the caller"
"""Follows a requester whom only the request names."""
WORKFLOW = "workflow "
"""How the verified requester of a workflow begins; no IAM identity begins so."""
COULD_NOT_CHECK = "self-approval could not be checked"
"""Of an approval by a role, a federated user or root, whose name is nobody's in particular."""

_NAME_LIMIT = 80
_PLAIN = re.compile(r"<@[A-Z0-9]+>|[\w .@'/+()-]+")
_MOST_CLAIMS = 20
_USER_ID = "[UW](?=[A-Z]*[0-9])[A-Z0-9]{2,20}"
_SLACK_USER = re.compile(_USER_ID)
_SLACK_KEY = re.compile(f"(?:[ET][A-Z0-9]+/)?({_USER_ID})")
_SHORTEST_ID = 9
"""Slack writes no shorter one; by itself a shorter one is somebody's name."""
_MENTION = re.compile(rf"<@\s*({_USER_ID})\s*(?:\|[^<>]*)?>", re.IGNORECASE)
_IDENTITY = re.compile(r"arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):(?:([a-z-]+)/)?(.+)")
IDENTITY_CENTER = "AWSReservedSSO_"
"""How the roles of its permission sets begin; their sessions are named after its users."""

# In a requester's text, in lower case.
_PIECES = re.compile(r"[<>()\[\]{}|\"“”,;]+")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_MAIL = re.compile(r"[^\s<>()\[\]{}|\"“”,;:/?&=@]+@[^\s<>()\[\]{}|\"“”,;:/?&=@]+")
_ID_WITHIN = re.compile(r"(?<![a-z0-9])[uw](?=[a-z]*[0-9])[a-z0-9]{8,20}(?![a-z0-9])")
_PATH = re.compile(r"(?:arn:\S*:)?(?:(user|assumed-role|role|federated-user)/)?(\S+)")


def is_slack_user(name: object) -> TypeGuard[str]:
    """Whether this is the id of a person in Slack, as Slack or the configuration writes it."""
    return isinstance(name, str) and _SLACK_USER.fullmatch(name) is not None


def slack_user_of(key: str) -> str:
    """The id of the Slack user whose person key this is; empty where it is nobody's in Slack."""
    found = _SLACK_KEY.fullmatch(key)
    return found[1] if found else ""


def requester(text: str) -> str:
    """Who requests a review: a Slack id where the text is or mentions one, else the text.

    An id is what Slack writes, of 9 characters or more, perhaps behind an @, or a mention.
    """
    name = visible(text)
    if mention := _MENTION.search(name):
        return mention[1].upper()
    return requesting_slack_user(name.removeprefix("@")) or name


def requesting_slack_user(requested_by: str) -> str:
    """The Slack id that a requester's text is; empty for a name."""
    is_id = is_slack_user(requested_by) and len(requested_by) >= _SHORTEST_ID
    return requested_by if is_id else ""


def with_proof(claimed: str, verified: str) -> str:
    """The requester, claimed and verified: `kim (says the caller)`, `verified: role ci`, or both.

    A claim that is not a plain name is quoted, so it cannot look verified.
    """
    is_plain = _PLAIN.fullmatch(claimed)
    name = claimed if is_plain else '"' + claimed.replace('"', "'") + '"'
    claim = f"{name} ({SAYS_THE_CALLER})" if claimed else ""
    proof = f"verified: {verified}" if verified else ""
    if not claimed and (not verified or verified.startswith(WORKFLOW)):
        claim = NOT_STATED  # a workflow asks on behalf of somebody
    return ", ".join(filter(None, (claim, proof)))


def unchecked(requested_by: str, asker: str = "") -> str:
    """A warning that follows a requester who might approve unnoticed; empty for a Slack user.

    `asker` is the person key of one who is verified.
    """
    if requesting_slack_user(requested_by) or slack_user_of(asker):
        return ""
    why = "not a Slack user: " if requested_by else ""
    return f"({why}self-approval cannot be checked)"


def claims(text: str) -> frozenset[str]:
    """All names that a text stands for, in the one form in which names are compared.

    That is without case, compatible characters, invisible ones, `mailto:` and punctuation around.
    `Kim Reyes <kim@example.com>` stands for both; `user/kim` for `kim`, too; `data-ops/kim`, an
    ARN or not, for `kim` and for whoever the role's sessions are: `data-ops/*`.
    """
    whole = likeness(text)
    texts = {whole, likeness(urllib.parse.unquote(whole))} if "%" in whole else {whole}
    pieces = {piece for it in texts for piece in (it, *_PIECES.split(it))}
    pieces |= {piece for it in texts for piece in _MAIL.findall(it)}
    pieces |= {piece for it in texts for piece in _ID_WITHIN.findall(it)}
    bare = {_bare(piece) for piece in pieces}
    return frozenset({*bare, *(name for it in bare for name in _of_a_path(it))} - {""})


def profile_claims(name: str) -> frozenset[str]:
    """The same of a name that somebody chooses: bounded, since a condition has 4 kB at most."""
    return frozenset(sorted(claims(name))[:_MOST_CLAIMS])


def profile_name(name: object) -> str:
    """What somebody calls themselves in Slack, as one line that can be seen; empty for nothing."""
    return " ".join(visible(name).split())[:_NAME_LIMIT] if isinstance(name, str) else ""


def identity_name(arn: str, limit: int) -> str:
    """What an IAM identity calls itself as a requester, in so many characters at most.

    `data-ops/kim` for a role's session, `user/kim`, `root`; an Identity Center user's name alone.
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
    """A person as people read it: an IAM identity without the parts that all have in common.

    `kim (role data-ops)`, `somebody with the role data-ops`, `kim (IAM user)`; an Identity Center
    user by name alone.
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
            return f"{session} (role {role})" if session else f"somebody with the role {role}"
        case "user":
            return f"{name.rsplit('/', 1)[-1]} (IAM user)"
        case "federated-user":
            return f"{name} (federated user)"
        case _:
            return f"{name} (AWS account {found[1]})"


def proven(arn: str) -> str:
    """What a signature by an IAM identity proves, in words.

    For a role's session that is the role: the session's name is chosen by those who assume it.
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
    """Without what stands around a name: punctuation, `mailto:`."""
    bare = _AROUND.sub("", piece)
    while bare.startswith("mailto:"):
        bare = _AROUND.sub("", bare.removeprefix("mailto:"))
    return bare


def _of_a_path(name: str) -> set[str]:
    """The names within an ARN, or within the end of one: `user/kim`, `data-ops/kim`."""
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
