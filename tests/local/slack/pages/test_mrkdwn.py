from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.slack.pages.mrkdwn import mrkdwn, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
LINK = '<a href="https://a.test/x_y_z?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">'


def show(text: str) -> str:
    return str(mrkdwn(text, NOW)).removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* _b_ ~c~", "<strong>a</strong> <em>b</em> <s>c</s>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("2 * 3 * 4, a_b_c", "2 * 3 * 4, a_b_c"),
        ("`*a* <b>`", "<code>*a* &lt;b&gt;</code>"),
        ("one\ntwo", "one<br>two"),
        ("&lt;b&gt; &amp;amp; &quot;", "&lt;b&gt; &amp;amp; &amp;quot;"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<https://a.test/x_y_z?b=1&amp;c=2|the *log*>", f"{LINK}the *log*</a>"),
        ("*<https://a.test/x_y_z?b=1&amp;c=2|log>*", f"<strong>{LINK}log</a></strong>"),
        (
            "see https://a.test/x_y_z?b=1&amp;c=2.",
            f"see {LINK}https://a.test/x_y_z?b=1&amp;c=2</a>.",
        ),
        (
            "&lt;https://a.test/x_y_z?b=1&amp;c=2&gt;",
            f"&lt;{LINK}https://a.test/x_y_z?b=1&amp;c=2</a>&gt;",
        ),
        ("<javascript:alert(1)|click>", "click"),
        ("<https://|click>", "click"),
        ("<https://[|click>", "click"),
        ("<@U045REVIEW>", '<span class="mention">@Ada Okafor</span>'),
        ("<@U999|sam>", '<span class="mention">@sam</span>'),
        ("<@U999>", '<span class="mention">@U999</span>'),
        ("<#C1|general>", '<span class="mention">#general</span>'),
        ("<!here>", '<span class="mention">@here</span>'),
        (":tada: :no_such_thing: 10:30:00", "🎉 :no_such_thing: 10:30:00"),
        ("\ue0000\ue001", "0"),
    ],
)
def test_markup_is_rendered_as_in_slack(text: str, html: str) -> None:
    assert show(text) == html


def test_consecutive_quoted_lines_are_one_quotation() -> None:
    assert str(mrkdwn("a\n> b\n&gt; *c*\nd", NOW)) == (
        "<p>a</p><blockquote>b<br><strong>c</strong></blockquote><p>d</p>"
    )


def test_a_code_block_keeps_line_breaks_and_special_characters() -> None:
    assert str(mrkdwn("```\n*a*\n  <b>\n```", NOW)) == "<pre>*a*\n  &lt;b&gt;</pre>"


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("<!date^1795363200^{date_short_pretty} at {time}|soon>", "Today at 16:00 UTC"),
        ("<!date^1795449600^{date_pretty}|soon>", "Tomorrow"),
        ("<!date^1795276800^{date_long_pretty}|soon>", "Yesterday"),
        ("<!date^1392734382^Posted {date_num} {time_secs}|x>", "Posted 2014-02-18 14:39:42 UTC"),
        ("<!date^1392734382^{date}|x>", "February 18th, 2014"),
        ("<!date^1392734382^{date_long}|x>", "Tuesday, February 18th, 2014"),
        ("<!date^1392734382^{date_short} {unknown}|x>", "Feb 18, 2014 {unknown}"),
    ],
)
def test_a_date_is_shown_in_utc_without_javascript(token: str, shown: str) -> None:
    html = show(token)
    assert html.startswith('<time datetime="20')
    assert f">{shown}</time>" in html


@pytest.mark.parametrize("seconds", ["soon", "", "1e9", "9" * 12, "9" * 40])
def test_an_invalid_date_shows_its_fallback(seconds: str) -> None:
    assert show(f"<!date^{seconds}^{{time}}|later>") == "later"


def test_plain_text_renders_only_emoji() -> None:
    assert plain("*a* <b> :x:\nc") == "*a* &lt;b&gt; ❌<br>c"
    assert plain(":x:", emoji=False) == ":x:"


class Tags(HTMLParser):
    """Tracks open elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        assert tag in {"a", "blockquote", "br", "code", "em", "p", "pre", "s", "span"} | {
            "strong",
            "time",
        }
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(
    st.lists(
        st.sampled_from(
            [
                *("*", "_", "~", "`", "```", "<", ">", "|", "&lt;", "&gt;", "&amp;", "\n", " "),
                *("https://a.test", "javascript:a", '"', "'", "!date^1^", "{time}", "^", "@U1"),
                *(":x:", "\ue000", "\ue001", "0", "a", "<b onclick=a>", "\u2028"),
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_the_html_of_any_text_is_well_formed_and_safe(text: str) -> None:
    tags = Tags()
    tags.feed(str(mrkdwn(text, NOW)))
    tags.close()
    assert tags.open == []
    assert all(link.startswith("https://") for link in tags.links)


def test_verbatim_text_has_only_explicit_links() -> None:
    text = "see https://b.test, <https://a.test/x_y_z?b=1&amp;c=2|log> and *this*"
    shown = str(mrkdwn(text, NOW, verbatim=True))
    assert shown == f"<p>see https://b.test, {LINK}log</a> and <strong>this</strong></p>"
