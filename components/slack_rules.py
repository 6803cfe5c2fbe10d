"""The rules that values from Slack follow: addresses, names, ids and the secret of signatures.

They raise `BrokenRuleError`, as all rules do. Of a secret, no error shows more than its host.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from components.rules import BrokenRuleError, show

HIDDEN = "something else (hidden, it is a secret)"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def webhook_url(raw: object) -> str:
    """An https URL, or http on loopback. The path is the secret, so errors never show it."""
    if isinstance(raw, str) and len(raw) <= 2048 and re.fullmatch(r"[!-~]+", raw):
        try:
            url = urlsplit(raw)
            _ = url.port  # raises for a port that is no number
        except ValueError:
            url = urlsplit("")
        secure = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
        if secure and url.hostname and "@" not in url.netloc and "\\" not in raw:
            return raw
    raise BrokenRuleError(
        "must be an https URL (or http on loopback) without user name or spaces", _origin(raw)
    )


def _origin(raw: object) -> str:
    """Scheme and host of a secret URL, or nothing of it."""
    text = raw[:300] if isinstance(raw, str) else ""
    found = re.match(r"(https?://)(?:[^@/]*@)?([\w.-]+|\[[0-9a-f:]+\])(?=[:/?#]|$)", text)
    return f'"{found[1]}{found[2]}/…"' if found else HIDDEN


def channel_name(raw: object) -> str:
    """`#name` as Slack writes it: lower case, digits, hyphens and underscores, at most 80.

    Letters of any script are fine: https://api.slack.com/methods/conversations.create
    """
    if isinstance(raw, str) and raw.startswith("#") and 2 <= len(raw) <= 81:
        name = raw[1:]
        marks = [unicodedata.category(character)[0] for character in name]
        plain = all(
            mark in "LMN" or letter in "-_" for mark, letter in zip(marks, name, strict=True)
        )
        if plain and name == name.lower() and {"L", "N"} & set(marks):
            return raw
    raise BrokenRuleError(
        "must be # and a Slack channel name (lower-case letters, digits, - and _, at most 80)",
        show(raw),
    )


def optional_signing_secret(raw: object) -> str | None:
    """What Slack signs its requests with, or the empty string for none.

    Slack's own have 32 characters; a wrong one lets nobody in, since no signature fits it.
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    if isinstance(raw, str) and re.fullmatch(r"[!-~]{0,256}", raw):
        return raw or None
    raise BrokenRuleError("must be at most 256 printable ASCII characters without spaces", HIDDEN)


def user_id(raw: object) -> str:
    """Who somebody is in Slack, whatever they call themselves there."""
    if isinstance(raw, str) and re.fullmatch(r"[UW][A-Z0-9]{1,20}", raw):
        return raw
    raise BrokenRuleError('must hold Slack user ids such as "U012ABCDEF"', show(raw))
