"""An invalid value stops `pulumi up` before anything is created, with the fix in the error."""

import asyncio
import contextlib
import json
from datetime import timedelta
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import set_all_config

from components import Settings, SettingsError
from tests.components.deployments import (
    BOT,
    BOT_TOKEN,
    BUTTONS,
    ESCALATION,
    ESCALATION_WEBHOOK,
    EVERYTHING,
    LINKS_TOO,
    REMINDERS,
    SIGNING_SECRET,
    STAGES,
    UNCONNECTED,
    WEBHOOK,
    deploy,
    project_file,
    stage_config,
)
from tests.components.settings.documents import KEYS
from tests.components.settings.values import value_of

REQUIRED = {"slackChannel": "#signoff-dev"}
CONNECTED = {**REQUIRED, "slackWebhookUrl": WEBHOOK}
NAMES = tuple(key.name for key in KEYS)
SECRETS = {
    "slackWebhookUrl": WEBHOOK,
    "slackSigningSecret": SIGNING_SECRET,
    "slackBotToken": BOT_TOKEN,
    "escalationSlackWebhookUrl": ESCALATION_WEBHOOK,
}


def parse(**values: object) -> Settings:
    return Settings.parse({**CONNECTED, **values})


def refusal(**values: object) -> str:
    with pytest.raises(SettingsError) as refused:
        parse(**values)
    return str(refused.value)


HOUR = timedelta(hours=1)
TEN_MINUTES = tuple(timedelta(minutes=minutes) for minutes in range(1, 11))


TOPIC = "arn:aws:sns:eu-central-1:111122223333:oncall"
CHECK = "arn:aws:lambda:eu-central-1:111122223333:function:check"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("slackWebhookUrl", "http://127.0.0.1:8080/services/dev", None),
        ("slackWebhookUrl", "http://localhost/x", None),
        ("slackWebhookUrl", "http://[::1]:80/x", None),
        ("slackChannel", "#größe_2-freigabe", None),
        ("slackChannel", "#承認", None),
        ("slackDelivery", "workflow-webhook", None),
        ("slackDelivery", "sns-https", None),
        ("reviewTimeout", "1s", timedelta(seconds=1)),
        ("reviewTimeout", "30m", timedelta(minutes=30)),
        ("reviewTimeout", "7d", timedelta(days=7)),
        ("reviewTimeout", "364d", timedelta(days=364)),
        ("keepReviews", "7d", timedelta(days=7)),
        ("keepReviews", "3653d", timedelta(days=3653)),
        ("onTimeout", "approve", None),
        ("anomalyThreshold", "0", 0.0),
        ("anomalyThreshold", 0.25, 0.25),
        ("anomalyThreshold", "5e-2", 0.05),
        ("flagColumn", "is anomalous; größe, 承認", None),
        ("flagColumn", "f" * 60, None),
        ("flagColumn", "Why", None),
        ("checkFunctionArn", "", None),
        ("checkFunctionArn", CHECK, None),
        ("checkFunctionArn", f"{CHECK}:$LATEST", None),
        ("checkFunctionArn", f"{CHECK}:live".replace("aws", "aws-us-gov", 1), None),
        ("sampleData", "false", False),
        ("sampleData", True, True),
        ("linkShortener", "none", None),
        ("notifyEmails", '["a@example.com", "b@example.com"]', None),
        ("notifyEmails", ["a@example.com"], ("a@example.com",)),
        ("notifySmsNumbers", ["+4915112345678"], ("+4915112345678",)),
        # As converted by `pulumi config set --path`.
        ("notifySmsNumbers", [4915112345678], ("+4915112345678",)),
        ("logRetentionDays", "365", 365),
        ("logRetentionDays", 7, 7),
        ("slackSigningSecret", SIGNING_SECRET, None),
        ("slackSigningSecret", "!~" * 8, None),
        ("slackSigningSecret", "x" * 256, None),
        ("slackSigningSecret", "", None),
        ("slackTeamId", "", None),
        ("slackBotToken", "xoxb-1", None),
        ("slackBotToken", "xoxb-" + "a-Z0" * 62, None),
        ("slackWebhookUrl", "", None),
        ("slackApiUrl", "https://slack-gov.com/api", None),
        ("slackApiUrl", "http://127.0.0.1:4000/api", None),
        ("slackApiUrl", "https://slack.com/api/", "https://slack.com/api"),
        ("slackChannelId", "G1", None),
        ("slackChannelId", "C" + "0" * 20, None),
        ("remindBefore", "[]", ()),
        ("remindBefore", '["1h"]', (HOUR,)),
        ("remindBefore", ["60m", "1s"], (HOUR, timedelta(seconds=1))),
        ("remindBefore", [f"{n}m" for n in range(1, 11)], TEN_MINUTES),
        ("escalateBefore", "90m", timedelta(minutes=90)),
        ("escalationSlackWebhookUrl", "http://[::1]/x", None),
        ("reviewers", "[]", ()),
        ("reviewers", '["U012ABCDEF", "W01"]', None),
        ("reviewers", ["U" + "0" * 20], ("U" + "0" * 20,)),
        ("requiredApprovals", "1", 1),
        ("requiredApprovals", 10, 10),
        ("allowSelfApproval", "true", True),
        ("allowSelfApproval", False, False),
        ("requireVerifiedRequester", True, True),
        ("requireVerifiedRequester", "false", False),
        ("requireVerifiedReviewer", True, True),
        ("requireVerifiedReviewer", "false", False),
        ("requireVerifiedReviewer", "", None),
        ("alarmTopicArn", "", None),
        ("alarmTopicArn", TOPIC, TOPIC),
        ("alarmTopicArn", TOPIC.replace("aws", "aws-us-gov", 1), None),
        ("alarmEmail", "", None),
        ("alarmEmail", "oncall@example.com", "oncall@example.com"),
        ("alarmEmail", "o'n+call_{1}@a-b.x1.xn--p1ai", "o'n+call_{1}@a-b.x1.xn--p1ai"),
        ("alarmEmail", f"{'a' * 64}@{'b' * 63}.de", f"{'a' * 64}@{'b' * 63}.de"),
    ],
)
def test_a_valid_value_is_accepted_as_text_and_as_yaml(
    key: str, value: object, expected: object
) -> None:
    together = {
        **LINKS_TOO,
        **(BOT if key in BOT else {}),
        **(ESCALATION if key in ESCALATION else {}),
    }
    found = value_of(parse(**{**together, key: value}), key)
    if expected is None and value != "":
        expected = tuple(json.loads(str(value))) if str(value).startswith("[") else value
    assert found == expected


USER = "arn:aws:iam::111122223333:user/kim"
ROOT = "arn:aws:iam::111122223333:root"
ROLE = "arn:aws:sts::111122223333:assumed-role/ops"
SSO = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO"
FEDERATED = "arn:aws:sts::111122223333:federated-user/kim"
WRONG: dict[str, list[Any]] = {
    "slackWebhookUrl": [
        *["hooks.slack.com/services/x", "http://hooks.slack.com/services/x", "https://"],
        *["http://127.0.0.1.example.com/x", "http://localhost@example.com/x"],
        *["https://user:password@hooks.slack.com/x", "https:///services/x", "https://[::1/x"],
        *["https://hooks.slack.com:notaport/x", "https://hooks.slack.com\\@example.com/x"],
        *["https://hooks.slack.com/a b", "https://hooks.slack.com/a\nb", "ftp://hooks.slack.com/a"],
        *["\thttps://hooks.slack.com/a", "https://hööks.example.com/a"],
        "https://hooks.slack.com/" + "x" * 2048,
    ],
    "slackChannel": [
        *["#", "signoff-dev", "#Signoff", "#sign off", "#sign.off", "#-_-", "##dev", "#dev\n"],
        "#" + "x" * 81,
    ],
    "slackDelivery": ["", "webhook", "Incoming-Webhook"],
    "slackSigningSecret": [
        *["x", "x" * 15, "x" * 257, "x" * 100_000, "0123456789 abcdef", "0123456789abcdef\n"],
        *["0123456789abcdéf", "0123456789abcde\x7f", "\t0123456789abcdef", "٣" * 16],
    ],
    "slackBotToken": [
        *["xoxb-", "xoxp-123", "xoxb", "XOXB-1", "xoxb-1 2", "xoxb-1\n", "xoxb-é", "xoxb-٣"],
        *["xoxb-1_2", " xoxb-1", "xoxb-" + "1" * 251],
    ],
    "slackChannelId": [
        *["C", "c012", "D012", "#signoff-dev", "C012 ", "C012\n", "C٣", "C" + "0" * 21, "U012"],
    ],
    "slackApiUrl": [
        *["", "slack.com/api", "http://slack.com/api", "http://127.0.0.1.example.com/api"],
        *["https://", "https://user:password@slack.com/api", "https://slack.com/api?x=1"],
        *["https://slack.com/api#x", "https://slack.com/a b", "ftp://slack.com/api"],
        *["https://slack.com\\@example.com/api", "https://[::1/api", "https://slack.com/api\n"],
    ],
    "remindBefore": [
        *["", "1h", "[", "null", '{"1h": 1}', [""], ["soon"], ["0s"], ["366d"], [None], [3600]],
        *[["1h", "1h"], ["1h", "60m"], [["1h"]], [f"{minutes}m" for minutes in range(1, 12)]],
    ],
    "escalateBefore": ["soon", "0s", "-1h", "1.5h", "366d", "24", "1h\n", 3600],
    "escalationSlackWebhookUrl": [
        *["hooks.slack.com/services/x", "http://hooks.slack.com/x", "https://", "xoxb-1"],
        *["https://user:password@hooks.slack.com/x", "https://hooks.slack.com/a b"],
    ],
    "reviewTimeout": [
        *["", "soon", "2y", "0s", "-1h", "1.5h", "24", "24 h", "1h30m", "366d", "31536001s"],
        *["٣h", "9" * 400 + "d", "1h\n"],
    ],
    "keepReviews": ["", "forever", "0d", "6d", "167h", "604799s", "3654d", "400", 400],
    "onTimeout": ["", "wait", "Fail"],
    "anomalyThreshold": [
        *["", "six", "6%", "1", "-0.1", "nan", "inf", "1e999", "0,06", " 0.06", "1_0", "0" * 5000],
        *[float("nan"), float("inf"), 1, -0.01, 10**400],
    ],
    "flagColumn": [
        *["", "why", 'fla"gged', "flagged\n", "fla\tgged", "fla\x7fgged", "f" * 61, ["flagged"]],
    ],
    "checkFunctionArn": [
        *[
            "check",
            f"{CHECK} ",
            f"{CHECK}\n",
            f"{CHECK}:",
            f"{CHECK}:a:b",
            f"{CHECK}/*",
            CHECK[:-5],
        ],
        *[CHECK.replace("lambda", "states"), CHECK.replace("111122223333", "*"), f"{CHECK}*"],
        *["arn:aws:lambda:eu-central-1:111122223333:function:" + "c" * 65, [CHECK]],
    ],
    "sampleData": ["", "yes", "True", "0", "false\n", 1, 0.0],
    "slackTeamId": ["T", "T1", "t012abcdef", "W012ABCDEF", "T012ABCDEF\n", "T" + "0" * 21, 12, []],
    "reviewers": [
        *["", "U012ABCDEF", "[", "null", '{"U012ABCDEF": 1}', '["u012abcdef"]'],
        *([""], ["U"], ["U1"], ["U" + "0" * 21], ["B012ABCDEF"], ["@anna"], ["U012ABCDEF\n"]),
        *(["U٣٣٣"], [None], [12], [["U012ABCDEF"]], ["U012ABCDEF,W034GHIJKL"], ["*"], ["S"]),
        *([f"arn:aws:sts::111122223333:assumed-role/{role}"] for role in ("*", "*/kim")),
        *([f"arn:aws:iam::111122223333:{path}"] for path in ("role/ops", "user/*")),
        ["arn:aws:sts::1:assumed-role/ops/*"],
        ["U012ABCDEF", "U012ABCDEF"],
        [f"U{number:03}" for number in range(201)],
    ],
    "identities": [
        *["", "U012ABCDEF", "[", "null", "[]", '{"U012ABCDEF": 1}', {"": [USER]}],
        *[
            {"@anna": [USER]},
            {"S012ABCDEF/": [USER]},
            {USER: [USER]},
            {"K": [USER]},
            {" Kim": [USER]},
        ],
        *[{"Kim\n": [USER]}, {"Kim\u200b": [USER]}, {"K" * 81: [USER]}, {"<@U012ABCDEF>": [USER]}],
        *[{"Kim": it} for it in ("", "kim", [""], [None], [[USER]], {USER: 1}, 7, None)],
        *[{"Kim": [it]} for it in ("U012ABCDEF", f"{ROLE}/*", f"{ROLE}_*/kim", FEDERATED)],
        *[{"Kim": [f"{SSO}_*/*"]}, {"Kim": ["arn:aws:iam::111122223333:user/*"]}],
        *[{"Kim": [USER, USER]}, {"Kim": [f"{USER}{n}" for n in range(11)]}],
        {f"Kim {n}": [f"{USER}{n}"] for n in range(201)},
    ],
    "requiredApprovals": [
        *["", "0", "11", "-1", "1.0", "one", " 1", "1\n", "٣", "1" * 5000, "0x1"],
        *[0, 11, 1.0, 2.5, float("nan")],
    ],
    "allowSelfApproval": ["", "yes", "True", "FALSE", "1", " true", 1, 0],
    "requireVerifiedRequester": ["no", "False", "0", "true\n", 1.0, ""],
    "requireVerifiedReviewer": ["no", "False", "0", "true\n", 1.0],
    "linkShortener": ["", "bitly"],
    "notifyEmails": [
        *["a@example.com", "[", "[" * 5000, '{"a": 1}', "null"],
        *[["a"], ["a@b@c"], ["a @b"], ["a@b\u0007"], [""], [["a@b.c"]], [["a@b.c", ["x"]]]],
        [None],
        ["a@example.com", "a@example.com"],
        [f"a{number}@example.com" for number in range(51)],
        ["a" * 400 + "@example.com"],
    ],
    "notifySmsNumbers": [["0151 123"], ["+0123456789"], ["+49"], [1234567890123456], [0], [True]],
    "logRetentionDays": ["", "0", "2", "-7", "7.0", "forever", 8, 7.5, "٣"],
    "alarmTopicArn": [
        *["oncall", "arn:aws:sns:eu-central-1:111122223333:on call", f"{TOPIC}.fifo", f"{TOPIC}\n"],
        *[
            "arn:aws:sns:eu-central-1:111122223333:",
            f"{TOPIC}:0a1b2c3d",
            TOPIC.replace("sns", "sqs"),
        ],
    ],
    "alarmEmail": [
        *["oncall", "a b@example.com", "@", "a@", "a@b", "a@localhost", "a@example.com."],
        *["a@.example.com", "a@example..com", "a@-example.com", "a@example-.com"],
        *["a@example.c", "a@1.2.3.4", "a@[1.2.3.4]", "a@exa_mple.com", "a@b\xfccher.de"],
        *[".a@example.com", "a.@example.com", "a..b@example.com", '"a b"@example.com'],
        *["\xe4@example.com", "a,b@example.com", "a;b@example.com", "<a@example.com>"],
        *["Team <a@example.com>", "mailto:a@example.com", "a(b)@example.com", "a@example.com\n"],
        *["a" * 65 + "@example.com", f"a@{'b' * 64}.com", f"a@{'b.' * 125}com", "a@b@example.com"],
    ],
}
TRUTHS = (
    *["allowSelfApproval", "requireVerifiedRequester", "requireVerifiedReviewer", "sampleData"],
)
NOT_TEXT: list[Any] = [None, True, False, {}, {"a": 1}, object(), b"#bytes", [[[]]], -1]


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in WRONG.items() for value in values]
)
def test_an_invalid_value_is_rejected_with_its_key(key: str, value: object) -> None:
    message = refusal(**{key: value})
    assert message.startswith(f"{key} must ")
    assert ", got " in message
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (key, value)
        for key in NAMES
        for value in NOT_TEXT
        if not (isinstance(value, bool) and key in TRUTHS)
        and not (value == {} and key == "identities")
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_value_of_the_wrong_type_is_rejected(key: str, value: object) -> None:
    assert refusal(**{key: value}).startswith(f"{key} must ")


@pytest.mark.parametrize("key", NAMES)
def test_a_value_too_large_to_print_is_rejected(key: str) -> None:
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    for value in (10**5000, nested, "x" * 1_000_000, "[" * 1_000_000):
        message = refusal(**{key: value})
        assert message.startswith(f"{key} must ")
        assert len(message) < 400


HIDDEN = "another value (hidden: it is a secret)"
DURATION = "between 1s and 364d, such as 30m or 7d"
REVIEWERS = (
    'hold Slack user ids such as "U012ABCDEF", user groups such as "S012ABCDEF", or IAM identities'
    ' such as "arn:aws:sts::111122223333:assumed-role/ROLE/*"'
)
COLUMN = "the name of a column, at most 60 characters without quotes, and not why"
FUNCTION = (
    'the ARN of a Lambda function such as "arn:aws:lambda:REGION:111122223333:function:check"'
)
API = 'an https URL (or http on loopback) such as "https://slack.com/api"'


@pytest.mark.parametrize(
    ("key", "value", "rule", "got"),
    [
        ("reviewTimeout", "365d", f"be {DURATION}", '"365d"'),
        ("onTimeout", "wait", "be one of fail, reject, approve", '"wait"'),
        ("anomalyThreshold", "1e999", "be a number from 0 to below 1", '"1e999"'),
        ("flagColumn", "why", f"be {COLUMN}", '"why"'),
        ("checkFunctionArn", "check", f"be {FUNCTION}", '"check"'),
        ("sampleData", "yes", "be true or false", '"yes"'),
        ("notifyEmails", '["b"]', 'contain e-mail addresses such as "team@example.com"', '"b"'),
        ("reviewers", '["@anna"]', REVIEWERS, '"@anna"'),
        ("requiredApprovals", "11", "be a whole number from 1 to 10", '"11"'),
        ("allowSelfApproval", "yes", "be true or false", '"yes"'),
        ("slackChannelId", "#dev", 'be a Slack channel id such as "C012ABCDEF"', '"#dev"'),
        ("slackApiUrl", "http://slack.com/api", f"be {API}", '"http://slack.com/api"'),
        ("remindBefore", '["1h", "soon"]', f"be {DURATION}", '"soon"'),
        ("remindBefore", '["1h", "60m"]', "not contain duplicates", '["1h", "60m"]'),
        ("escalateBefore", "2y", f"be {DURATION}", '"2y"'),
    ],
)
def test_the_message_has_the_key_the_rule_and_the_value(
    key: str, value: str, rule: str, got: str
) -> None:
    assert refusal(**{key: value}) == f"{key} must {rule}, got {got}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://hooks.slack.com/services/T1/B1/hidden", '"http://hooks.slack.com/…"'),
        ("https://hooks.slack.com/hid den", '"https://hooks.slack.com/…"'),
        ("https://hidden:hidden@hooks.slack.com/hidden", '"https://hooks.slack.com/…"'),
        ("hooks.slack.com/services/T1/B1/hidden", HIDDEN),
        ("xoxb-hidden", HIDDEN),
    ],
)
@pytest.mark.parametrize("key", ["slackWebhookUrl", "escalationSlackWebhookUrl"])
def test_the_error_for_an_invalid_webhook_shows_only_scheme_and_host(
    key: str, url: str, shown: str
) -> None:
    message = refusal(**{key: url})
    assert message.endswith(f", got {shown}")
    assert "hidden@" not in message
    assert "/hid" not in message
    assert "xoxb" not in message


@pytest.mark.parametrize(
    "secret", ["h", "hidden", "hidden" + "hidden hidden", "hidden" * 50, ["hidden"]]
)
def test_the_error_for_an_invalid_signing_secret_does_not_show_it(secret: object) -> None:
    assert refusal(slackSigningSecret=secret) == (
        "slackSigningSecret must be 16 to 256 printable ASCII characters without spaces,"
        f" got {HIDDEN}"
    )


@pytest.mark.parametrize("token", ["xoxp-hidden", "xoxb-hidden hidden", "hidden", ["hidden"]])
def test_the_error_for_an_invalid_bot_token_does_not_show_it(token: object) -> None:
    assert refusal(slackBotToken=token) == (
        f"slackBotToken must be xoxb- and letters, digits or hyphens, at most 255, got {HIDDEN}"
    )


def test_no_secret_is_in_the_repr_of_settings() -> None:
    settings = parse(**EVERYTHING)
    assert not [key for key, secret in SECRETS.items() if secret in repr(settings)]


def test_an_unknown_key_is_rejected_with_the_known_ones() -> None:
    message = refusal(reviewTimout="24h")
    assert message.startswith('"reviewTimout" is not a configuration key, known keys: ')
    assert message.endswith(", ".join(NAMES))


def test_the_error_for_a_missing_channel_has_the_command_to_set_it() -> None:
    for values in ({}, {"slackChannel": project_file()["config"]["slackChannel"]["default"]}):
        with pytest.raises(SettingsError) as refused:
            Settings.parse(values)
        assert str(refused.value) == (
            "slackChannel is missing, set it: pulumi config set signoff:slackChannel …"
        )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), ANYTHING))
def test_any_input_gives_settings_or_a_settings_error(
    values: dict[str, object],
) -> None:
    with contextlib.suppress(SettingsError):
        Settings.parse({**CONNECTED, **values})


TWO = {"requiredApprovals": "2"}
INSTEAD = (
    "list IAM users, and Identity Center users as"
    " arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME"
)
PERSON = {"reviewers": '["U012ABCDEF"]'}
PEOPLE = {"reviewers": '["U012ABCDEF", "U034GHIJKL"]'}
KNOWN = {"requireVerifiedReviewer": "true"}
TEAM = {"slackTeamId": "T012ABCDEF"}
WORKFLOW = {"slackDelivery": "workflow-webhook"}
APPROVE = {"onTimeout": "approve"}
UNKNOWN = "without slackSigningSecret, since links do not identify reviewers"
LINKS_ONLY = "with slackDelivery workflow-webhook, whose messages carry links only"
SLACKS_WORDS = (
    "with slackDelivery workflow-webhook, with which only Slack's workflow posts messages"
)
NO_APPROVAL_BY_TIMEOUT = "onTimeout must be fail or reject unless"
NO_IDENTITY = "since a timeout has no identity"
NOT_ENOUGH = "reviewers must be empty or include at least requiredApprovals people"
NOWHERE = "slackBotToken must be empty without slackChannelId, the channel to post to"
DEFAULT = "true, the default with slackSigningSecret"
PERSON_SHOWN = '["U012ABCDEF"]'


@pytest.mark.parametrize(
    ("values", "rule", "got"),
    [
        (TWO, f"requiredApprovals must be 1 {UNKNOWN}", "2"),
        (TEAM, f"slackTeamId must be empty {UNKNOWN}", '"T012ABCDEF"'),
        (PERSON, f"reviewers must be empty {UNKNOWN}", PERSON_SHOWN),
        (KNOWN, f"requireVerifiedReviewer must be false {UNKNOWN}", "true"),
        (BUTTONS | TWO | WORKFLOW, f"requiredApprovals must be 1 {LINKS_ONLY}", "2"),
        (BUTTONS | PERSON | WORKFLOW, f"reviewers must be empty {LINKS_ONLY}", PERSON_SHOWN),
        (BUTTONS | KNOWN | WORKFLOW, f"requireVerifiedReviewer must be false {LINKS_ONLY}", "true"),
        (BUTTONS | WORKFLOW, f"requireVerifiedReviewer must be false {LINKS_ONLY}", DEFAULT),
        (BUTTONS | PERSON | TWO, NOT_ENOUGH, f"{PERSON_SHOWN} and 2"),
        (
            BUTTONS | APPROVE | TWO,
            f"{NO_APPROVAL_BY_TIMEOUT} requiredApprovals is 1, {NO_IDENTITY}",
            '"approve" and 2',
        ),
        (
            BUTTONS | APPROVE | PERSON,
            f"{NO_APPROVAL_BY_TIMEOUT} reviewers is empty, {NO_IDENTITY}",
            f'"approve" and {PERSON_SHOWN}',
        ),
        (
            BUTTONS | APPROVE | KNOWN,
            f"{NO_APPROVAL_BY_TIMEOUT} requireVerifiedReviewer is false, {NO_IDENTITY}",
            '"approve" and true',
        ),
        (
            BUTTONS | APPROVE,
            f"{NO_APPROVAL_BY_TIMEOUT} requireVerifiedReviewer is false, {NO_IDENTITY}",
            f'"approve" and {DEFAULT}',
        ),
        (
            {"alarmEmail": "oncall@example.com", "alarmTopicArn": TOPIC},
            "alarmTopicArn must be empty with alarmEmail (subscribe the address to the topic)",
            f'"{TOPIC}"',
        ),
        (
            {"reviewTimeout": "2h", "remindBefore": '["1h", "120m"]'},
            "remindBefore durations must be shorter than reviewTimeout (2h)",
            '"2h"',
        ),
        (
            ESCALATION | {"reviewTimeout": "30m"},
            "escalateBefore must be shorter than reviewTimeout (30m)",
            '"30m"',
        ),
        (
            ESCALATION | {"escalateBefore": "7d"},
            "escalateBefore must be shorter than reviewTimeout (24h)",
            '"7d"',
        ),
        (
            {"escalateBefore": "30m"},
            "escalateBefore must be empty without escalationSlackWebhookUrl, the channel to post"
            " to",
            '"30m"',
        ),
        (
            {"escalationSlackWebhookUrl": ESCALATION_WEBHOOK},
            "escalationSlackWebhookUrl must be empty without escalateBefore, the time to escalate",
            HIDDEN,
        ),
        (ESCALATION | WORKFLOW, f"escalateBefore must be empty {SLACKS_WORDS}", '"30m"'),
        ({"slackBotToken": BOT_TOKEN}, NOWHERE, HIDDEN),
        (BOT | WORKFLOW, f"slackBotToken must be empty {SLACKS_WORDS}", HIDDEN),
        # Without either the stage is unconnected, but these are never compatible.
        (UNCONNECTED | PERSON | TWO, NOT_ENOUGH, f"{PERSON_SHOWN} and 2"),
        (UNCONNECTED | PERSON | WORKFLOW, f"reviewers must be empty {LINKS_ONLY}", PERSON_SHOWN),
        (
            UNCONNECTED | PERSON | APPROVE,
            f"{NO_APPROVAL_BY_TIMEOUT} reviewers is empty, {NO_IDENTITY}",
            f'"approve" and {PERSON_SHOWN}',
        ),
        (
            UNCONNECTED | {"reviewTimeout": "1h", "escalateBefore": "2h"},
            "escalateBefore must be shorter than reviewTimeout (1h)",
            '"2h"',
        ),
        (UNCONNECTED | {"slackBotToken": BOT_TOKEN}, NOWHERE, HIDDEN),
    ],
)
def test_contradictory_keys_are_rejected(values: dict[str, str], rule: str, got: str) -> None:
    assert refusal(**values) == f"{rule}, got {got}"


LIN, KIM = "arn:aws:iam::111122223333:user/lin", "arn:aws:iam::111122223333:user/kim"


def people(*reviewers: str, needed: int = 2, **identities: list[str]) -> dict[str, Any]:
    return {
        "reviewers": list(reviewers),
        "requiredApprovals": needed,
        "identities": identities,
    }


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (BUTTONS | people(f"{ROLE}/*"), f'"{ROLE}/*" does not identify one person, so {INSTEAD}'),
        (
            BUTTONS | people(f"{ROLE}/a", f"{ROLE}/b"),
            "does not identify one person, so list IAM users",
        ),
        (BUTTONS | people(KIM, ROOT), f'"{ROOT}" does not identify one person'),
        (BUTTONS | people("U012ABCDEF", KIM, U012ABCDEF=[KIM]), "and 2"),
        (BUTTONS | people(LIN, f"{SSO}_*/lin@x.org", Lin=[LIN, f"{SSO}_*/lin@x.org"]), ""),
        (BUTTONS | people(f"{SSO}_A_1/lin@x.org", f"{SSO}_B_2/Lin@x.org"), ""),
        (
            BUTTONS | people(f"{ROLE}/*", Kim=[f"{ROLE}/kim"], Lin=[f"{ROLE}/lin"]),
            "does not identify one person",
        ),
        (people("U012ABCDEF", KIM), f"this stage has no decisions in Slack, so {INSTEAD}"),
        (people("U012ABCDEF", "U034GHIJKL", KIM), "this stage has no decisions in Slack"),
        (BUTTONS | WORKFLOW | people("U012ABCDEF", KIM), "this stage has no decisions in Slack"),
    ],
)
def test_too_few_reviewers_for_the_quorum_are_rejected_with_the_fix(
    values: dict[str, Any], why: str
) -> None:
    message = refusal(**values)
    assert message.startswith(NOT_ENOUGH)
    assert why in message


@pytest.mark.parametrize(
    "values",
    [
        BUTTONS | people(f"{ROLE}/*", needed=1),
        BUTTONS | people("U012ABCDEF", f"{ROLE}/*", "U034GHIJKL"),
        BUTTONS | people(f"{ROLE}/*", U012ABCDEF=[f"{ROLE}/kim"], U034GHIJKL=[f"{ROLE}/lin"]),
        BUTTONS | people(f"{ROLE}/*", Kim=[f"{ROLE}/kim", KIM], Lin=[f"{ROLE}/lin", LIN]),
        people(KIM, LIN),
        people(f"{SSO}_A_1/*"),
        people(f"{SSO}_*/kim@x.org", LIN),
        people("U012ABCDEF", LIN, U012ABCDEF=[KIM]),
    ],
)
def test_enough_reviewers_for_the_quorum_are_accepted(values: dict[str, Any]) -> None:
    assert Settings.parse({**CONNECTED, **values})


@pytest.mark.parametrize(
    ("one", "other"),
    [(KIM, KIM), (KIM, KIM.replace("user/", "user/x/")), (f"{SSO}_*/kim", f"{SSO}_A_1/Kim")],
)
def test_one_identity_under_two_people_is_rejected(one: str, other: str) -> None:
    message = refusal(identities={"U012ABCDEF": [one], "Kim": [other]})

    assert message.startswith("identities must list each identity for one person only, got ")
    assert message.endswith('for "U012ABCDEF" and "Kim"')


def test_a_person_may_have_one_identity_or_a_list() -> None:
    given = {"U012ABCDEF": KIM, "Lin Berg": [LIN, f"{SSO}_*/lin@example.com"]}

    known = Settings.parse({**CONNECTED, "identities": given}).gate.decisions.identities

    assert known == {"U012ABCDEF": (KIM,), "Lin Berg": (LIN, f"{SSO}_*/lin@example.com")}


@pytest.mark.parametrize(
    "values",
    [
        {"allowSelfApproval": "true"},
        APPROVE,
        TEAM | BUTTONS,
        PERSON | BUTTONS,
        APPROVE | LINKS_TOO,
        PERSON | LINKS_TOO,
        PEOPLE | TWO | BUTTONS,
        BUTTONS | {"requiredApprovals": "10", "onTimeout": "reject"},
        WORKFLOW | LINKS_TOO,
        REMINDERS | {"slackDelivery": "sns-https"},
        REMINDERS | WORKFLOW,
        REMINDERS | ESCALATION | {"reviewTimeout": "61m"},
        BOT,
        BOT | {"slackWebhookUrl": "https://proxy.example.com/slack"},
        BOT | UNCONNECTED | {"slackApiUrl": "https://slack-gov.com/api"},
        {"slackChannelId": "C012ABCDEF"},
        {"slackApiUrl": "https://slack-gov.com/api"},
        UNCONNECTED,
        UNCONNECTED | BUTTONS,
        UNCONNECTED | APPROVE,
        UNCONNECTED | {"slackDelivery": "sns-https"},
        UNCONNECTED | TEAM | {"slackChannelId": "C012ABCDEF"},
        UNCONNECTED | PERSON | KNOWN,
        UNCONNECTED | TWO | REMINDERS | {"escalateBefore": "30m"},
        BOT | ESCALATION | {"escalationSlackWebhookUrl": "https://proxy.example.com/x"},
    ],
)
def test_compatible_keys_are_accepted(values: dict[str, str]) -> None:
    assert parse(**values)


@pytest.mark.parametrize(
    ("values", "verified", "links_decide"),
    [
        ({}, False, True),
        ({"requireVerifiedReviewer": ""}, False, True),
        ({"allowSelfApproval": "true"}, False, True),
        (BUTTONS, True, False),
        (BUTTONS | {"requireVerifiedReviewer": ""}, True, False),
        (BUTTONS | KNOWN, True, False),
        (LINKS_TOO, False, True),
        (LINKS_TOO | PERSON, False, False),
        (LINKS_TOO | TWO, False, False),
    ],
)
def test_links_do_not_decide_by_default_if_clicks_are_identified(
    values: dict[str, str], verified: bool, links_decide: bool
) -> None:
    gate = parse(**values).gate
    rules = gate.decisions.settled(signing_secret=gate.slack.signing_secret is not None)
    assert rules.require_verified_reviewer is verified
    assert rules.links_decide is links_decide


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, ""),
        (BOT, "https://slack.com/archives/C012ABCDEF"),
        ({"slackChannelId": "C012ABCDEF"}, "https://slack.com/archives/C012ABCDEF"),
        (
            BOT | {"slackApiUrl": "https://slack-gov.com/api/"},
            "https://slack-gov.com/archives/C012ABCDEF",
        ),
    ],
)
def test_the_channel_has_a_url_if_its_id_is_set(values: dict[str, str], url: str) -> None:
    assert parse(**values).gate.slack.channel_url == url


@pytest.mark.parametrize(
    ("values", "has_buttons"),
    [({}, False), (BUTTONS, True), (WORKFLOW | BUTTONS | LINKS_TOO, False)],
)
def test_messages_have_buttons_if_clicks_can_be_verified(
    values: dict[str, str], has_buttons: bool
) -> None:
    assert parse(**values).gate.slack.has_buttons is has_buttons


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_file_has_only_values_that_differ_from_the_defaults(stage: str) -> None:
    config = stage_config(stage)
    assert config.pop("aws:region") == "eu-central-1"
    values = {key.removeprefix("signoff:"): value for key, value in config.items()}
    settings, defaults = Settings.parse(values), Settings.parse(REQUIRED)
    for key in values:
        assert value_of(settings, key) != value_of(defaults, key) or key == "slackChannel"
    assert settings.gate.slack.channel == f"#signoff-{stage}"


@pytest.mark.parametrize(
    ("key", "value"),
    [("slackSigningSecret", "hidden hidden"), ("remindBefore", '["25h"]'), ("typo", "1")],
)
def test_an_invalid_value_stops_the_program_before_anything_is_registered(
    key: str, value: str
) -> None:
    deployment = deploy("dev", {key: value})
    assert deployment.error
    assert key in deployment.error
    assert deployment.resources == []
    assert deployment.outputs == {}


async def loaded(*encrypted: str) -> list[str]:
    """The keys whose values are secret outputs, from a stage file with these encrypted."""
    config = {f"signoff:{key}": value for key, value in (CONNECTED | EVERYTHING).items()}
    set_all_config(config, [f"signoff:{key}" for key in encrypted])
    settings = Settings.load(pulumi.Config("signoff"))
    values = {key: value_of(settings, key) for key in NAMES}
    return [
        key
        for key, value in values.items()
        if isinstance(value, pulumi.Output) and await value.is_secret()
    ]


def test_a_loaded_secret_is_a_secret_output() -> None:
    assert set(asyncio.run(loaded(*SECRETS))) == set(SECRETS)


@pytest.mark.parametrize("key", SECRETS)
def test_a_plaintext_secret_is_rejected_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        asyncio.run(loaded(*(SECRETS.keys() - {key})))
    assert str(refused.value) == (
        f"{key} must be encrypted, set it: pulumi config set --secret signoff:{key} …"
    )
