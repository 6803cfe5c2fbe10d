"""A wrong value stops `pulumi up` before anything is created, and says what to write instead."""

import contextlib
import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.settings import Settings, SettingsError
from tests.components.deployments import STAGES, WEBHOOK, deploy, project_file, stage_config

REQUIRED = {"slackWebhookUrl": WEBHOOK, "slackChannel": "#signoff-dev"}
KEYS = (
    "slackWebhookUrl",
    "slackChannel",
    "slackDelivery",
    "reviewTimeout",
    "onTimeout",
    "anomalyThreshold",
    "linkShortener",
    "notifyEmails",
    "notifySmsNumbers",
    "logRetentionDays",
    "alarmEmail",
)


def parse(**values: object) -> Settings:
    return Settings.parse({**REQUIRED, **values})


def refusal(**values: object) -> str:
    with pytest.raises(SettingsError) as refused:
        parse(**values)
    return str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("slackWebhookUrl", "http://127.0.0.1:8080/services/dev", "slack_webhook_url", None),
        ("slackWebhookUrl", "http://localhost/x", "slack_webhook_url", None),
        ("slackWebhookUrl", "http://[::1]:80/x", "slack_webhook_url", None),
        ("slackChannel", "#größe_2-freigabe", "slack_channel", None),
        ("slackChannel", "#承認", "slack_channel", None),
        ("slackDelivery", "workflow-webhook", "slack_delivery", None),
        ("reviewTimeout", "1s", "review_timeout", timedelta(seconds=1)),
        ("reviewTimeout", "30m", "review_timeout", timedelta(minutes=30)),
        ("reviewTimeout", "7d", "review_timeout", timedelta(days=7)),
        ("reviewTimeout", "365d", "review_timeout", timedelta(days=365)),
        ("onTimeout", "approve", "on_timeout", None),
        ("anomalyThreshold", "0", "anomaly_threshold", 0.0),
        ("anomalyThreshold", 0.25, "anomaly_threshold", 0.25),
        ("anomalyThreshold", "5e-2", "anomaly_threshold", 0.05),
        ("linkShortener", "none", "link_shortener", None),
        ("notifyEmails", '["a@example.com", "b@example.com"]', "notify_emails", None),
        ("notifyEmails", ["a@example.com"], "notify_emails", ("a@example.com",)),
        ("notifySmsNumbers", ["+4915112345678"], "notify_sms_numbers", ("+4915112345678",)),
        ("logRetentionDays", "365", "log_retention_days", 365),
        ("logRetentionDays", 7, "log_retention_days", 7),
        ("alarmEmail", "", "alarm_email", None),
        ("alarmEmail", "oncall@example.com", "alarm_email", "oncall@example.com"),
    ],
)
def test_a_right_value_is_accepted_as_text_and_as_yaml_has_it(
    key: str, value: object, field: str, expected: object
) -> None:
    found = getattr(parse(**{key: value}), field)
    if expected is None and value != "":
        expected = tuple(json.loads(str(value))) if str(value).startswith("[") else value
    assert found == expected


WRONG: dict[str, list[Any]] = {
    "slackWebhookUrl": [
        "",
        "hooks.slack.com/services/x",
        "http://hooks.slack.com/services/x",
        "http://127.0.0.1.example.com/x",
        "http://localhost@example.com/x",
        "https://user:password@hooks.slack.com/x",
        "https://",
        "https:///services/x",
        "https://hooks.slack.com:notaport/x",
        "https://[::1/x",
        "https://hooks.slack.com\\@example.com/x",
        "https://hooks.slack.com/a b",
        "https://hooks.slack.com/a\nb",
        "\thttps://hooks.slack.com/a",
        "https://hööks.example.com/a",
        "ftp://hooks.slack.com/a",
        "https://hooks.slack.com/" + "x" * 2048,
    ],
    "slackChannel": [
        "",
        "#",
        "signoff-dev",
        "#Signoff",
        "#sign off",
        "#sign.off",
        "#-_-",
        "##dev",
        "#" + "x" * 81,
        "#dev\n",
    ],
    "slackDelivery": ["", "webhook", "Incoming-Webhook"],
    "reviewTimeout": [
        *["", "soon", "2y", "0s", "-1h", "1.5h", "24", "24 h", "1h30m", "366d", "31536001s"],
        *["٣h", "9" * 400 + "d", "1h\n"],
    ],
    "onTimeout": ["", "wait", "Fail"],
    "anomalyThreshold": [
        *["", "six", "6%", "1", "-0.1", "nan", "inf", "1e999", "0,06", " 0.06", "1_0", "0" * 5000],
        *[float("nan"), float("inf"), 1, -0.01, 10**400],
    ],
    "linkShortener": ["", "bitly"],
    "notifyEmails": [
        *["a@example.com", "[", "[" * 5000, '{"a": 1}', "null"],
        *[["a"], ["a@b@c"], ["a @b"], ["a@b\u0007"], [""], [["a@b.c"]], [["a@b.c", ["x"]]]],
        [None],
        ["a@example.com", "a@example.com"],
        [f"a{number}@example.com" for number in range(51)],
        ["a" * 400 + "@example.com"],
    ],
    "notifySmsNumbers": [["0151 123"], ["+0123456789"], ["+49"], ["+1234567890123456"], [15112345]],
    "logRetentionDays": ["", "0", "2", "-7", "7.0", "forever", 8, 7.5, "٣"],
    "alarmEmail": ["oncall", "a b@example.com", "@", "a@"],
}
NOT_TEXT: list[Any] = [None, True, False, {}, {"a": 1}, object(), b"#bytes", [[[]]], -1]


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_refused_with_its_key(key: str, value: object) -> None:
    message = refusal(**{key: value})
    assert message.startswith(f"{key} must ")
    assert ", got " in message
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_a_value_of_the_wrong_type_is_refused(key: str, value: object) -> None:
    assert refusal(**{key: value}).startswith(f"{key} must ")


@pytest.mark.parametrize("key", KEYS)
def test_a_value_too_large_to_print_is_refused(key: str) -> None:
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    for value in (10**5000, nested, "x" * 1_000_000, "[" * 1_000_000):
        message = refusal(**{key: value})
        assert message.startswith(f"{key} must ")
        assert len(message) < 400


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("reviewTimeout", "2y", 'reviewTimeout must be between 1s and 365d, got "2y"'),
        ("onTimeout", "wait", 'onTimeout must be one of fail, reject, approve, got "wait"'),
        (
            "anomalyThreshold",
            "1e999",
            'anomalyThreshold must be a number from 0 to below 1, got "1e999"',
        ),
        (
            "notifyEmails",
            '["a@example.com", "b"]',
            'notifyEmails must hold e-mail addresses such as "team@example.com", got "b"',
        ),
    ],
)
def test_the_message_has_the_key_the_rule_and_the_value(key: str, value: str, message: str) -> None:
    assert refusal(**{key: value}) == message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://hooks.slack.com/services/T1/B1/hidden", '"http://hooks.slack.com/…"'),
        ("https://hooks.slack.com/hid den", '"https://hooks.slack.com/…"'),
        ("https://hidden:hidden@hooks.slack.com/hidden", '"https://hooks.slack.com/…"'),
        ("hooks.slack.com/services/T1/B1/hidden", "something else (hidden, it is a secret)"),
        ("xoxb-hidden", "something else (hidden, it is a secret)"),
    ],
)
def test_of_a_wrong_webhook_only_scheme_and_host_are_shown(url: str, shown: str) -> None:
    message = refusal(slackWebhookUrl=url)
    assert message.endswith(f", got {shown}")
    assert "hidden@" not in message
    assert "/hid" not in message
    assert "xoxb" not in message


def test_the_webhook_is_not_in_the_settings_representation() -> None:
    assert "secret-of-the-channel" not in repr(parse())


def test_an_unknown_key_is_refused_with_the_known_ones() -> None:
    message = refusal(reviewTimout="24h")
    assert message.startswith('"reviewTimout" is not a configuration key, known: ')
    assert message.endswith(", ".join(KEYS))


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("slackWebhookUrl", "pulumi config set --secret signoff:slackWebhookUrl …"),
        ("slackChannel", "pulumi config set signoff:slackChannel …"),
    ],
)
def test_a_missing_key_says_how_to_set_it(key: str, how: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.parse({name: value for name, value in REQUIRED.items() if name != key})
    assert str(refused.value) == f"{key} is missing, set it: {how}"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), ANYTHING))
def test_whatever_comes_the_answer_is_settings_or_a_settings_error(
    values: dict[str, object],
) -> None:
    with contextlib.suppress(SettingsError):
        Settings.parse({**REQUIRED, **values})


def test_every_key_is_declared_in_the_project_file() -> None:
    assert tuple(project_file()["config"]) == KEYS


def test_the_project_file_and_the_settings_have_the_same_defaults() -> None:
    declared = project_file()["config"]
    defaults = {key: item["default"] for key, item in declared.items() if "default" in item}
    assert set(declared) - set(defaults) == set(REQUIRED)
    assert parse(**defaults) == parse()


def test_every_key_is_explained_and_only_the_webhook_is_a_secret() -> None:
    declared = project_file()["config"]
    assert all(item["description"] for item in declared.values())
    assert [key for key, item in declared.items() if item.get("secret")] == ["slackWebhookUrl"]


def test_the_project_file_declares_only_types_that_the_engine_knows() -> None:
    types = {"string": str, "integer": int, "boolean": bool, "array": list}
    for item in project_file()["config"].values():
        assert isinstance(item.get("default", types[item["type"]]()), types[item["type"]])
        assert (item["type"] == "array") == ("items" in item)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_file_holds_nothing_but_what_differs(stage: str) -> None:
    config = stage_config(stage)
    assert config.pop("aws:region") == "eu-central-1"
    values = {key.removeprefix("signoff:"): value for key, value in config.items()}
    settings = Settings.parse({"slackWebhookUrl": WEBHOOK, **values})
    defaults = parse()
    for key in values:
        (field,) = [
            field.name
            for field in dataclasses.fields(Settings)
            if field.name.replace("_", "") == key.lower()
        ]
        assert getattr(settings, field) != getattr(defaults, field) or key == "slackChannel"
    assert settings.slack_channel == f"#signoff-{stage}"


@pytest.mark.parametrize(
    ("key", "value"),
    [("slackWebhookUrl", "http://hooks.slack.com/x"), ("alarmEmail", "nobody"), ("typo", "1")],
)
def test_a_wrong_value_stops_the_program_before_anything_is_registered(
    key: str, value: str
) -> None:
    deployment = deploy("dev", {key: value})
    assert deployment.error
    assert key in deployment.error
    assert deployment.resources == []
    assert deployment.outputs == {}
