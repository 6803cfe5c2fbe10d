"""Settings from environment variables."""

from dataclasses import dataclass

import pytest

from lambdas.domain.runtime.settings import MissingSetting, read_settings


@dataclass(frozen=True)
class Settings:
    reviews_table: str
    review_timeout_seconds: int


def test_settings_are_read_from_environment_variables_by_name() -> None:
    environ = {"REVIEWS_TABLE": "reviews", "REVIEW_TIMEOUT_SECONDS": "90", "OTHER": "x"}

    assert read_settings(Settings, environ) == Settings("reviews", 90)


def test_the_error_for_a_missing_variable_names_it() -> None:
    with pytest.raises(MissingSetting, match="REVIEW_TIMEOUT_SECONDS") as missing:
        read_settings(Settings, {"REVIEWS_TABLE": "reviews"})

    assert missing.value.name == "REVIEW_TIMEOUT_SECONDS"
