"""Another user of the machine reads process arguments, which contain no link or credential."""

import os
import re
import stat
import subprocess
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from signoff import browser
from tests.local_stack import ROOT, eventually

LINK = "https://api.example.com/approve?review=k3f2a7cqxb5mnw4d.0f4f3c1e8f5e4ad3a6c3d4b1f2a89c07"
KEY = LINK.rpartition(".")[2]


def page_of(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A world-readable folder for temporary files, like /tmp."""
    folder = tmp_path / "tmp"
    folder.mkdir(mode=0o777)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The arguments of every started process. All processes end with the test."""
    arguments: list[list[str]] = []
    running: list[subprocess.Popen[bytes]] = []

    class Noting(subprocess.Popen[bytes]):
        def __init__(self, args: list[str], **how: Any) -> None:
            arguments.append(args)
            running.append(self)
            super().__init__(args, **how)

    monkeypatch.setattr(subprocess, "Popen", Noting)
    yield arguments
    for process in running:
        process.kill()
        process.wait()


def test_the_link_is_in_the_page_and_in_no_process_argument(
    tmp_path: Path,
    temporary: Path,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy, a_browser = tmp_path / "page", tmp_path / "a-browser"
    a_browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {copy}\n')
    a_browser.chmod(0o755)
    known = webbrowser.GenericBrowser(str(a_browser))
    monkeypatch.setattr(webbrowser, "open", known.open)

    browser.open_link(LINK)

    assert started[0][0] == str(a_browser)
    assert len(started) == 2, "the browser, and the process that removes the page"
    assert KEY not in str(started)
    assert f"url={LINK}" in copy.read_text()


def test_the_page_is_readable_by_its_owner_only(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []

    def look(address: str) -> bool:
        page = page_of(address)
        modes.extend(stat.S_IMODE(it.stat().st_mode) for it in (page.parent, page))
        return False

    monkeypatch.setattr(webbrowser, "open", look)
    before = os.umask(0)
    try:
        browser.open_link(LINK)
    finally:
        os.umask(before)

    assert modes == [0o700, 0o600]


def test_the_page_is_removed_at_once_without_a_browser(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", str.isdigit)  # false

    browser.open_link(LINK)

    assert list(temporary.iterdir()) == []


def test_the_page_is_removed_once_the_browser_has_read_it(
    temporary: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", bool)
    monkeypatch.setattr(browser, "SECONDS_TO_LOAD", 0)

    browser.open_link(LINK)

    eventually(lambda: not list(temporary.iterdir()), "the page is removed")


def test_a_link_is_escaped_in_the_page(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []

    def read(address: str) -> None:
        pages.append(page_of(address).read_text())

    monkeypatch.setattr(webbrowser, "open", read)

    browser.open_link('https://api.example.com/"><script>alert(1)</script>')

    assert "<script>" not in pages[0]


SHOWN = [
    ROOT / "Makefile",
    ROOT / "README.md",
    *sorted(ROOT.glob("docs/*.md")),
    *(it for it in sorted(ROOT.glob("examples/**/*")) if it.suffix in (".sh", ".md")),
    *(it for it in sorted(ROOT.glob(".ci/*")) if it.is_file()),
]
AS_ARGUMENT = re.compile(
    r"""(?: -u| --user| --proxy-user)[ =]["']?\$"""
    r"""|(?: -H| --header)[ =]["'](?:Authorization|X-Amz-Security-Token|Cookie):"""
    r"""|pulumi config set (?=.*--secret)(?:-\S+( [a-z]+)? )*signoff:\S+ [^-\s]"""
)


@pytest.mark.parametrize("file", SHOWN, ids=lambda it: str(it.relative_to(ROOT)))
def test_no_documented_command_has_a_secret_as_an_argument(file: Path) -> None:
    assert AS_ARGUMENT.findall(file.read_text()) == []
