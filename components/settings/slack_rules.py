"""Rules for values from Slack: URLs, names, ids, tokens and secrets.

They raise `BrokenRuleError`, as all rules do. Errors show no more than the host of a secret URL.
"""

import re
import unicodedata
from typing import TypeGuard
from urllib.parse import urlsplit

from components.settings.rules import HIDDEN, BrokenRuleError, show

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def webhook_url(raw: object) -> str:
    """An https URL, or http on loopback. The path is the secret, so errors never show it."""
    if _is_safe_address(raw):
        return raw
    raise BrokenRuleError(
        "must be an https URL (or http on loopback) without user name and spaces", _origin(raw)
    )


def api_url(raw: object) -> str:
    """The base URL of a Web API, without `/METHOD`. GovSlack has another host."""
    if _is_safe_address(raw) and not {"?", "#"} & set(raw):
        return raw.rstrip("/")
    raise BrokenRuleError(
        'must be an https URL (or http on loopback) such as "https://slack.com/api"', show(raw)
    )


def _is_safe_address(raw: object) -> TypeGuard[str]:
    if not (isinstance(raw, str) and len(raw) <= 2048 and re.fullmatch(r"[!-~]+", raw)):
        return False
    try:
        url = urlsplit(raw)
        _ = url.port  # raises if the port is not a number
    except ValueError:
        return False
    secure = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    return secure and bool(url.hostname) and "@" not in url.netloc and "\\" not in raw


def _origin(raw: object) -> str:
    """Scheme and host of a secret URL, or a placeholder."""
    text = raw[:300] if isinstance(raw, str) else ""
    found = re.match(r"(https?://)(?:[^@/]*@)?([\w.-]+|\[[0-9a-f:]+\])(?=[:/?#]|$)", text)
    return f'"{found[1]}{found[2]}/…"' if found else HIDDEN


def channel_name(raw: object) -> str:
    """A channel name: `#`, then at most 80 lower-case letters, digits, hyphens and underscores.

    Letters of any script are allowed: https://api.slack.com/methods/conversations.create
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


def signing_secret(raw: object) -> str:
    """The app's signing secret.

    Slack's have 32 characters. Anyone who guesses a short one can sign clicks as any person.
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    if isinstance(raw, str) and re.fullmatch(r"[!-~]{16,256}", raw):
        return raw
    raise BrokenRuleError("must be 16 to 256 printable ASCII characters without spaces", HIDDEN)


def bot_token(raw: object) -> str:
    """The bot's token for the Web API.

    https://docs.slack.dev/authentication/tokens
    """
    if isinstance(raw, str) and re.fullmatch(r"xoxb-[A-Za-z0-9-]{1,250}", raw):
        return raw
    raise BrokenRuleError("must be xoxb- and letters, digits or hyphens, at most 255", HIDDEN)


def channel_id(raw: object) -> str:
    """A channel's id: public channels start with C, private ones with G."""
    if isinstance(raw, str) and re.fullmatch(r"[CG][A-Z0-9]{1,20}", raw):
        return raw
    raise BrokenRuleError('must be a Slack channel id such as "C012ABCDEF"', show(raw))


def team_id(raw: object) -> str:
    """The id of a workspace or enterprise."""
    if isinstance(raw, str) and re.fullmatch(r"[ET][A-Z0-9]{2,20}", raw):
        return raw
    raise BrokenRuleError(
        'must be a Slack workspace or enterprise id such as "T012ABCDEF"', show(raw)
    )
