"""Render Slack's mrkdwn and plain text as safe HTML.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from markupsafe import Markup, escape

from local.slack.pages.dates import format_date, from_timestamp
from local.slack.pages.emoji import with_emoji
from local.slack.payloads.elements import unescape
from local.slack.payloads.schema import is_web_link
from local.slack.workspace.people import display_name

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTE = re.compile(r"^(?:>|&gt;) ?(.*)$")
_WRITTEN = r"`(?P<code>[^`\n]+)`|<(?P<token>[^<>\n]+)>"
_FOUND = r"|(?P<url>https?://(?:(?!&[lg]t;)[^\s<>|`*])+)"
_ATOM = re.compile(_WRITTEN + _FOUND)
_VERBATIM_ATOM = re.compile(_WRITTEN)
_STYLE = re.compile(
    r"(?<![\w*])\*(?=\S)(?P<strong>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=\S)(?P<em>[^_\n]+?)(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=\S)(?P<s>[^~\n]+?)(?<=\S)~(?![\w~])"
)
# Placeholder for rendered HTML while the surrounding text is styled.
_HOLD = re.compile("\ue000(\\d+)\ue001")


def plain(text: str, *, emoji: bool = True) -> Markup:
    """Render a `plain_text` object; it contains no markup."""
    return _lines(escape(unescape(with_emoji(text) if emoji else text)))


def mrkdwn(text: str, now: datetime, *, verbatim: bool = False) -> Markup:
    """Render a `mrkdwn` object; only http and https become links.

    URLs become links automatically unless the text is `verbatim`.
    """
    atoms = _VERBATIM_ATOM if verbatim else _ATOM
    parts = _FENCE.split(re.sub("[\ue000\ue001]", "", text))
    return Markup("").join(
        Markup("<pre>{}</pre>").format(unescape(part)) if fenced else _paragraphs(part, atoms, now)
        for fenced, part in _alternating(parts)
        if part
    )


def _alternating(parts: list[str]) -> Iterator[tuple[bool, str]]:
    return ((index % 2 == 1, part) for index, part in enumerate(parts))


def _paragraphs(text: str, atoms: re.Pattern[str], now: datetime) -> Markup:
    """Render lines; adjacent quoted lines become one blockquote."""
    groups: list[tuple[bool, list[str]]] = []
    for line in text.strip("\n").split("\n"):
        quoted = _QUOTE.match(line)
        if not groups or groups[-1][0] != bool(quoted):
            groups.append((bool(quoted), []))
        groups[-1][1].append(quoted[1] if quoted else line)
    return Markup("").join(
        (Markup("<blockquote>{}</blockquote>") if quoted else Markup("<p>{}</p>")).format(
            _lines(_inline("\n".join(lines), atoms, now))
        )
        for quoted, lines in groups
    )


def _inline(text: str, atoms: re.Pattern[str], now: datetime) -> Markup:
    held: list[Markup] = []

    def hold(atom: re.Match[str]) -> str:
        held.append(_atom(atom, now))
        return f"\ue000{len(held) - 1}\ue001"

    styled = _styled(atoms.sub(hold, text))
    return Markup(_HOLD.sub(lambda index: held[int(index[1])], styled))  # noqa: S704


def _styled(text: str) -> Markup:
    return _replaced(
        _STYLE,
        text,
        lambda style: Markup("<{tag}>{inner}</{tag}>").format(
            tag=style.lastgroup, inner=_styled(style[str(style.lastgroup)])
        ),
    )


def _replaced(
    pattern: re.Pattern[str], text: str, html: Callable[[re.Match[str]], Markup]
) -> Markup:
    """Escape the text and replace the matches with HTML."""
    done, position = Markup(""), 0
    for match in pattern.finditer(text):
        done += escape(unescape(with_emoji(text[position : match.start()]))) + html(match)
        position = match.end()
    return done + escape(unescape(with_emoji(text[position:])))


def _atom(atom: re.Match[str], now: datetime) -> Markup:
    if code := atom["code"]:
        return Markup("<code>{}</code>").format(unescape(code))
    if url := atom.groupdict().get("url"):
        address = unescape(url).rstrip(".,;:!?)'\"")
        rest = escape(unescape(url)[len(address) :])
        return (_link(address, address) if is_web_link(address) else escape(address)) + rest
    return _token(atom["token"], now)


def _token(token: str, now: datetime) -> Markup:
    """Render the content of angle brackets: a mention, a date or a link."""
    target, _, label = token.partition("|")
    match target[:1]:
        case "@":
            return _mention("@", label or display_name(target[1:]))
        case "#":
            return _mention("#", label or target[1:])
        case "!" if target.startswith("!date^"):
            return _date(target, label, now)
        case "!" if target in {"!here", "!channel", "!everyone"}:
            return _mention("@", target[1:])
        case "!":
            return escape(unescape(label or target[1:]))
        case _ if is_web_link(unescape(target)):
            return _link(unescape(target), unescape(with_emoji(label) or target))
        case _:
            return escape(unescape(label or f"<{token}>"))


def _mention(sign: str, name: str) -> Markup:
    return Markup('<span class="mention">{}{}</span>').format(sign, unescape(name))


def _link(target: str, label: str | Markup) -> Markup:
    """Render a link whose target the caller has checked."""
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        target, label
    )


def _date(target: str, fallback: str, now: datetime) -> Markup:
    """Render `!date^TIMESTAMP^PATTERN[^LINK]`, or the fallback for an invalid date."""
    _, seconds, pattern, *rest = [*target.split("^", 3), "", ""]
    digits = re.fullmatch(r"-?\d{1,12}", seconds, re.ASCII)
    moment = from_timestamp(int(seconds)) if digits else None
    if moment is None or not pattern:
        return escape(unescape(fallback))
    shown = Markup('<time datetime="{}" data-format="{}">{}</time>').format(
        f"{moment:%Y-%m-%dT%H:%M:%SZ}", pattern, format_date(moment, pattern, now)
    )
    link = unescape(rest[0])
    return _link(link, shown) if is_web_link(link) else shown


def _lines(html: Markup) -> Markup:
    return Markup("<br>").join(html.split("\n"))
