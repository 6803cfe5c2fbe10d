"""The login name as a valid IAM user name."""

import getpass

import pytest

from local.users import user_name


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("kim", "kim"),
        ("Kim.Reyes@example.com", "Kim.Reyes@example.com"),
        ("ACME\\kim reyes", "ACME-kim-reyes"),
        ("zoë", "zo-"),
        ("k" * 100, "k" * 64),
        ("root", "developer"),
        ("", "developer"),
    ],
)
def test_the_login_name_becomes_an_iam_user_name(
    login: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    assert user_name() == name


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_login_without_a_name_has_a_default(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_name() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", no_name)
    assert user_name() == "developer"
