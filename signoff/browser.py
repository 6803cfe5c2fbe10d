"""Opens a link in the browser without putting it in process arguments.

Other users of the machine can read process arguments, and a link may grant the right to decide. The
browser opens a temporary page, readable only by this user, that redirects to the link.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

SECONDS_TO_LOAD = 60
"""Allows for a browser that has to start first."""
_PAGE = """<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={link}">
<title>Signoff</title>
<p><a href="{link}">Open the review</a></p>
"""
_REMOVE = "import shutil, sys, time; time.sleep(float(sys.argv[1])); shutil.rmtree(sys.argv[2])"


def open_link(link: str) -> None:
    """Open a link in the default browser, if any. The temporary page is deleted after a minute."""
    folder = tempfile.mkdtemp(prefix="signoff-")  # mode 700
    page = Path(folder, "open.html")
    page.touch(mode=0o600)
    page.write_text(_PAGE.format(link=html.escape(link)), "utf-8")
    if not webbrowser.open(page.as_uri()):
        shutil.rmtree(folder)
        return
    nowhere = subprocess.DEVNULL
    subprocess.Popen(  # noqa: S603 (this interpreter, and a path created above)
        [sys.executable, "-I", "-c", _REMOVE, str(SECONDS_TO_LOAD), folder],
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
        start_new_session=True,
    )
