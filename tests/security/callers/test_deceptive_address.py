r"""A caller links to a URL that browsers resolve to another host than people read.

`https://evil.com\aaaa….accounts.google.com/login` leads to evil.com: browsers read a backslash as a
slash. Only URLs with the same host for every reader are accepted, and the host is shown whole.
"""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import address
from lambdas.domain.review.words import host_of
from tests.lambdas.requests import parse

DECEPTIVE = [
    "https://evil.com\\" + "a" * 40 + ".accounts.google.com/login",
    "https://evil.com\\@accounts.google.com/",
    "https://accounts.google.com\\.evil.com/",
    "https:\\\\evil.com/",
    "https:/evil.com/",
    "https:evil.com",
    "https:///evil.com/",
    "https://accounts.google.com@evil.com/",
    "https://accounts.google.com:443@evil.com/",
    "https://accounts.google.com%40evil.com/",
    "https://accounts.google.com%2f@evil.com/",
    "https://@evil.com/",
    "https://%65vil.com/",
    "https://evil%2ecom/",
    "https://evil.com%00.accounts.google.com/",
    "https://ev\til.com/",
    "https://ev\nil.com/",
    "\thttps://evil.com/",
    "https://evil.com/\n",
    " https://evil.com/",
    "https://evil.com\u3002example/",
    "https://evil.com\uff0faccounts.google.com/",
    "https://evil.com\u2044accounts.google.com/",
    "https://\u0430pple.com/",
    "https://ex\u00adample.com/",
    "https://acc\u200bounts.google.com/",
    "https://\u212aim.example/",
    "https://\u017feb.example/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.0.01/",
    "https://127.0.0.256/",
    "https://127.0.0.1./",
    "https://1.2.3.4.5/",
    "https://a.0x/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[v1.evil]/",
    "https://evil.com:",
    "https://evil.com:/",
    "https://evil.com:0/",
    "https://evil.com:00443/",
    "https://evil.com:65536/",
    "https://evil.com:4\u06643/",
    "https://evil.com:+443/",
    "https://evil..com/",
    "https://.evil.com/",
    "https://evil.com./",
    "https://" + "a." * 127 + "com/",
    "https://",
    "https://?evil.com",
    "https://evil.com<b>/",
    "https://evil.com/<script>",
    'https://evil.com/"onclick=',
    "https://evil.com/`",
    "https://evil.com^/",
    "https://evil.com|accounts.google.com/",
    "https://evil.com,accounts.google.com/",
    "https://evil.com;accounts.google.com/",
    "https://evil.com'accounts.google.com/",
    "https://evil.com(accounts.google.com)/",
    "https://evil.com/a b",
    "https://evil.com/a\u00a0b",
    "https://evil.com/a\u2028b",
    "https://evil.com/\u202egpj.exe",
    "https://evil.com/\u2066a",
    "https://evil.com/\x85",
    "https://evil.com/\ud800",
    "https://evil.com:443\xe9/",
    "https://b\xfccher.example/",
    "https://evil.com/" + "\xe9" * 400,
    "http://evil.com/",
    "javascript://evil.com/%0aalert(1)",
    "data:text/html,hi",
    "//evil.com/",
]
IRIS = {
    "https://de.wikipedia.org/wiki/Gr\xf6\xdfe": "https://de.wikipedia.org/wiki/Gr%C3%B6%C3%9Fe",
    "https://example.com?q=\u6570#\U0001f600": "https://example.com?q=%E6%95%B0#%F0%9F%98%80",
    "https://example.com/%C3%B6\xf6%2F": "https://example.com/%C3%B6%C3%B6%2F",
    "https://example.com/o\u0308": "https://example.com/o%CC%88",
    "https://example.com/\u2764\ufe0f": "https://example.com/%E2%9D%A4%EF%B8%8F",
    "https://example.com/\uff0f\u3002": "https://example.com/%EF%BC%8F%E3%80%82",
    "https://example.com#\xe9": "https://example.com#%C3%A9",
}
HONEST = {
    "https://ci.example.com/runs/7?tab=1#log": "ci.example.com",
    "HTTPS://CI.Example.COM:8443": "ci.example.com:8443",
    "https://xn--80ak6aa92e.com/": "xn--80ak6aa92e.com",
    "https://build": "build",
    "https://10.0.0.7:3000/d/x": "10.0.0.7:3000",
    "https://my_build-2.example.com/": "my_build-2.example.com",
    "https://1password.com/": "1password.com",
    "https://example.com/a@b:c(d)[e]!$&'*+,;=%20~?q={a|b}^#//x": "example.com",
    "https://example.com?to=https://evil.com/@x": "example.com",
    "https://example.com/https://evil.com": "example.com",
}


@pytest.mark.parametrize("link", DECEPTIVE, ids=ascii)
def test_a_url_with_an_ambiguous_host_is_rejected(link: str) -> None:
    with pytest.raises(InvalidInput, match=r"links\.Login must be an https URL of at most"):
        parse({"title": "Sign in?", "links": {"Login": link}})


@pytest.mark.parametrize(("iri", "uri"), IRIS.items(), ids=ascii)
def test_special_characters_after_the_host_are_percent_encoded(iri: str, uri: str) -> None:
    assert parse({"title": "Look", "links": {"Run": iri}}).links == {"Run": uri}


@pytest.mark.parametrize(("link", "host"), HONEST.items())
def test_the_host_of_a_valid_url_is_shown_in_full(link: str, host: str) -> None:
    assert parse({"title": "Look", "links": {"Run": link}}).links == {"Run": link}
    assert host_of(link) == host


@given(
    rest=some.text(alphabet=string.printable + "\u3002\uff0e\u017f\u212aé", max_size=30)
    | some.from_regex(r"[a-z.@\\/:%0-9x]{1,20}", fullmatch=True)
)
@example("a\\b.c")
@example("a.b/\\c")
def test_every_accepted_url_has_the_host_before_its_first_slash(rest: str) -> None:
    try:
        link = address("link", f"https://{rest}")
    except InvalidInput:
        return
    # As browsers parse: no tabs or line breaks, backslashes as slashes, a host until one of these.
    seen = link.removeprefix("https://").replace("\\", "/")
    for end in "/?#":
        seen = seen.split(end)[0]
    assert seen.lower() == host_of(link) == urlsplit(link).netloc.lower()
    assert seen.isascii()
    assert not set(seen) & set('@%[]\\<>"`^|{}() \t\r\n')
