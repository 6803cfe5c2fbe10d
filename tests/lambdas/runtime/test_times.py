"""Time as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lambdas.domain.runtime import durations, times


def test_text_is_utc_to_the_second_and_sorts_like_time() -> None:
    moment = datetime(2026, 11, 22, 15, 5, 9, 999_999, tzinfo=timezone(timedelta(hours=1)))

    assert times.to_text(moment) == "2026-11-22T14:05:09Z"


def test_timestamps_from_step_functions_are_parsed() -> None:
    moment = datetime(2026, 11, 22, 14, 5, 9, 123_000, tzinfo=UTC)

    assert times.from_text("2026-11-22T14:05:09.123Z") == moment


@pytest.mark.parametrize("text", ["yesterday", "", "2026-11-22T14:05:09"])
def test_an_invalid_time_or_one_without_a_zone_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        times.from_text(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "5 seconds"),
        (60, "1 minute"),
        (5400, "1 hour 30 minutes"),
        (86_400, "24 hours"),
        (90_000, "25 hours"),
        (183_600, "2 days 3 hours"),
        (0, "0 seconds"),
    ],
)
def test_durations_are_shown_as_text(seconds: int, words: str) -> None:
    assert durations.for_people(timedelta(seconds=seconds)) == words
