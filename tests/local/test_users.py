"""Who is at the keyboard, as IAM takes names."""

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
def test_the_login_name_becomes_a_users(
    login: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    assert user_name() == name


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_machine_may_have_no_name_for_somebody(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert user_name() == "developer"
