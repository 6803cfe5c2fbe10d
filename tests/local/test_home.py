"""The folder `.local` belongs to one laptop, and its state to a laptop that is ready."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import UsageError
from local.home import open_home
from tests.laptop import ROOT

NOBODY = 65534
# Whoever may do everything is nobody here: permissions do not hold them.
BY_SOMEBODY = f"""
import os, sys
from local.errors import UsageError
from local.home import open_home
folders = [os.open(path, os.O_RDONLY) for path in sys.argv[1:]]
if os.getuid() == 0:
    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
for folder in folders:
    os.fchdir(folder)
    try:
        with open_home():
            print("opened")
    except UsageError as error:
        print(error)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".local"


def test_the_state_is_there_until_the_end(folder: Path) -> None:
    with open_home(folder) as home:
        home.write_state({"cloud_url": "http://127.0.0.1:1"})
        state = json.loads((folder / "state.json").read_text())
        assert state == {"cloud_url": "http://127.0.0.1:1"}
    assert not (folder / "state.json").exists()


def test_the_state_of_an_earlier_run_is_gone_at_the_start(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.json").write_text("{}")
    with open_home(folder):
        assert not (folder / "state.json").exists()


def test_a_second_laptop_in_the_same_folder_is_refused(folder: Path) -> None:
    with open_home(folder) as home:
        home.write_state({})
        with pytest.raises(UsageError, match="already runs here"), open_home(folder):
            pass
        assert home.state.exists()
    with open_home(folder):
        pass


def test_what_cannot_be_written_is_named_with_the_way_out(tmp_path: Path) -> None:
    blocked = (".", ".local", ".local/lock", ".local/cloud", ".local/x.log")
    folders = [tmp_path / str(number) for number in range(len(blocked))]
    for root, path in zip(folders, blocked, strict=True):
        for folder in (root, root / ".local", root / ".local" / "cloud"):
            if path != "." or folder == root:
                folder.mkdir()
                folder.chmod(0o777)
        for name in ("lock", "x.log") if path != "." else ():
            (root / ".local" / name).touch()
            (root / ".local" / name).chmod(0o666)
        (root / path).chmod(0o555)
    result = subprocess.run(
        [sys.executable, "-c", BY_SOMEBODY, *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = result.stdout.splitlines()
    assert len(lines) == len(blocked)
    for line in lines:
        assert "'Permission denied' for .local" in line
        assert "must be a folder that you can write to" in line
        assert "chown" in line


def test_a_file_in_the_place_of_the_folder_is_in_the_way(folder: Path) -> None:
    folder.touch()
    with (
        pytest.raises(UsageError, match=r"got 'File exists' for .*\.local: "),
        open_home(folder),
    ):
        pass
