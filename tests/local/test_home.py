"""The folder `.local` belongs to one local stack and has its state once it is ready."""

import json
import os
from pathlib import Path

import pytest

from local.errors import UsageError
from local.home import open_home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".local"


def test_the_state_exists_until_the_end(folder: Path) -> None:
    with open_home(folder) as home:
        home.write_state({"cloud_url": "http://127.0.0.1:1"})
        state = json.loads((folder / "state.json").read_text())
        assert state == {"cloud_url": "http://127.0.0.1:1"}
    assert not (folder / "state.json").exists()


def test_the_state_of_an_earlier_run_is_removed_at_the_start(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.json").write_text("{}")
    with open_home(folder):
        assert not (folder / "state.json").exists()


def test_a_second_local_stack_in_the_same_folder_is_refused(folder: Path) -> None:
    with open_home(folder) as home:
        home.write_state({})
        with pytest.raises(UsageError, match="already runs in this folder"), open_home(folder):
            pass
        assert home.state.exists()
    with open_home(folder):
        pass


def test_an_unwritable_path_is_reported_with_the_fix(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cloud").mkdir(parents=True)

    def may(path: Path, _: int) -> bool:
        return path.name != "cloud"

    monkeypatch.setattr(os, "access", may)
    with (
        pytest.raises(UsageError, match=r"got 'Permission denied' for .*cloud: chown"),
        open_home(folder),
    ):
        pass


def test_a_file_in_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.touch()
    with (
        pytest.raises(UsageError, match=r"got 'Not a directory' for .*\.local: "),
        open_home(folder),
    ):
        pass


def test_ports_are_reused_by_the_next_run(folder: Path) -> None:
    with open_home(folder) as home:
        assert home.ports() == {}
        home.remember_ports({"cloud": 4566, "console": 8065})
    with open_home(folder) as home:
        assert home.ports() == {"cloud": 4566, "console": 8065}
        assert (folder / "ports.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", ["", "[]", '{"cloud": "a"}', '{"cloud": null}', "[[1]]", '{"cloud": 65536}']
)
def test_unreadable_ports_are_ignored(folder: Path, content: str) -> None:
    with open_home(folder) as home:
        (folder / "ports.json").write_text(content)
        assert home.ports() == {}
