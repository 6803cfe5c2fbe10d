"""`make bench` completes."""

import subprocess
import sys

import pytest

from tests.local_stack import ROOT


@pytest.mark.soak
@pytest.mark.xdist_group("bench")
def test_the_benchmark_completes() -> None:
    words = [sys.executable, "-m", "tests.bench"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert (done.returncode, done.stderr) == (0, "")
    assert "AWS calls" in done.stdout
