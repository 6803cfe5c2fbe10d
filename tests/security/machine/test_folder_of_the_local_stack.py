"""Another user of the machine reads the keys and logs in the folder `.local`."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from local.errors import UsageError
from local.home import create_private, open_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".local"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", ["nothing", "everything open"])
def test_the_folder_is_readable_by_its_owner_only(folder: Path, before: str) -> None:
    names = ("lock", "cloud.log", "deploy-dev.log", "state.json")
    if before == "everything open":
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        for name in names:
            (folder / name).touch()
            (folder / name).chmod(0o666)
    umask = os.umask(0)
    try:
        with open_home(folder) as home:
            create_private(home.log("cloud")).close()
            home.write_state({"secret": "it"})
            assert mode(folder) == 0o700
            assert {mode(path) for path in folder.iterdir()} == {0o600}
    finally:
        os.umask(umask)


def test_a_log_that_is_open_elsewhere_is_replaced(folder: Path) -> None:
    folder.mkdir()
    log = folder / "cloud.log"
    log.write_text("before")
    with log.open() as seen, open_home(folder), create_private(log) as written:
        written.write(b"secret")
        written.flush()
        assert seen.read() == "before"


def test_a_symbolic_link_to_a_folder_is_rejected(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)
    folder.symlink_to(tmp_path / "theirs")
    with pytest.raises(UsageError, match="must be a folder"), open_home(folder):
        pass
    assert list((tmp_path / "theirs").iterdir()) == []


def test_a_symbolic_link_to_a_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.touch()
    with open_home(folder) as home:
        for name in ("state.json.new", "cloud.log"):
            (folder / name).symlink_to(theirs)
        create_private(home.log("cloud")).close()
        home.write_state({"secret": "it"})
    (folder / "lock").unlink()
    (folder / "lock").symlink_to(theirs)
    with pytest.raises(UsageError, match="must be a folder"), open_home(folder):
        pass
    assert theirs.read_text() == ""


@pytest.mark.parametrize("uid", [1, 65534])
def test_a_folder_of_another_owner_is_rejected(
    folder: Path, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    folder.mkdir(mode=0o777)
    monkeypatch.setattr(os, "geteuid", lambda: uid + os.stat(folder).st_uid)  # noqa: PTH116
    with pytest.raises(UsageError, match="owned by another user"), open_home(folder):
        pass
