"""Every Lambda function is made by the same component, and is hardened alike."""

import ast

import pytest

from tests.components.deployments import (
    BOT_TOKEN,
    BUTTONS,
    EVERYTHING,
    ROOT,
    SIGNING_SECRET,
    STAGES,
    WEBHOOK,
    Deployment,
    deploy,
    environment,
    functions_of,
)

HANDLERS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
SOMEBODY_WAITS = ("decision_api", "operator_api", "slack_commands", "slack_interactions")
MEMORY_MB = dict.fromkeys(SOMEBODY_WAITS, 1769)  # a whole core


@pytest.fixture(params=STAGES)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each stage with buttons in its messages: all functions that there are."""
    return deploy(request.param, BUTTONS)


def test_every_function_is_hardened_alike(deployment: Deployment) -> None:
    functions = functions_of(deployment)
    assert sorted(functions) == HANDLERS
    for name, function in functions.items():
        inputs = function.inputs
        assert inputs["handler"] == f"lambdas.{name}.handler.handle"
        assert inputs["runtime"] == "python3.13"
        assert inputs["architectures"] == ["arm64"]
        assert inputs["memorySize"] == MEMORY_MB.get(name, 256)
        assert inputs["tracingConfig"] == {"mode": "Active"}
        assert inputs["loggingConfig"]["logFormat"] == "JSON"
        assert inputs["loggingConfig"]["applicationLogLevel"] == "INFO", "what is counted"


def test_every_function_has_its_own_role_and_log_group(deployment: Deployment) -> None:
    functions = functions_of(deployment).values()
    assert len({item.inputs["role"] for item in functions}) == len(functions)
    assert len({item.inputs["loggingConfig"]["logGroup"] for item in functions}) == len(functions)


def test_a_function_exists_only_after_it_may_write_its_logs(deployment: Deployment) -> None:
    for function in functions_of(deployment).values():
        assert any(":RolePolicy::" in urn for urn in function.dependencies)


def test_a_zip_holds_repository_files_under_their_own_paths(deployment: Deployment) -> None:
    for function in functions_of(deployment).values():
        code: dict[str, str] = function.inputs["code"]
        assert all(text == (ROOT / path).read_text() for path, text in code.items())


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        ("generate_dataset", 60),
        ("request_review", 40),
        ("notify_slack", 60),
        ("decision_api", 15),
        ("close_review", 30),
        ("slack_interactions", 15),
        ("sweep_reviews", 60),
        ("report_undelivered", 30),
    ],
)
def test_a_function_may_take_as_long_as_its_work_needs(
    deployment: Deployment, function: str, seconds: int
) -> None:
    assert functions_of(deployment)[function].inputs["timeout"] == seconds


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_s_environment_is_what_its_handler_reads(stage: str, function: str) -> None:
    variables = environment(deploy(stage, BUTTONS), function)
    assert set(variables) == {"STAGE"} | variables_read_by(function)
    assert variables["STAGE"] == stage


def test_no_setting_adds_or_takes_a_variable() -> None:
    everything, buttons = deploy("dev", EVERYTHING), deploy("dev", BUTTONS)
    for function in HANDLERS:
        assert set(environment(everything, function)) == set(environment(buttons, function))
    first, second = (
        environment(everything, name) for name in ("notify_slack", "notify_slack_escalation")
    )
    assert set(first) == set(second)


@pytest.mark.parametrize(
    ("key", "rotated", "readers"),
    [
        ("slackWebhookUrl", f"{WEBHOOK}-2", {"notify_slack"}),
        ("slackBotToken", f"{BOT_TOKEN}-2", {"notify_slack"}),
        ("escalationSlackWebhookUrl", f"{WEBHOOK}-3", {"notify_slack_escalation"}),
        ("slackSigningSecret", f"{SIGNING_SECRET}-2", {"slack_interactions", "slack_commands"}),
    ],
)
def test_a_rotated_secret_starts_those_anew_who_read_it_and_nobody_else(
    key: str, rotated: str, readers: set[str]
) -> None:
    # A bot writes in the webhook's place.
    config = {**EVERYTHING, **({"slackBotToken": ""} if key == "slackWebhookUrl" else {})}
    before, after = deploy("dev", config), deploy("dev", {**config, key: rotated})
    functions = functions_of(before)
    changed = {name for name in functions if environment(before, name) != environment(after, name)}
    assert changed == readers
    assert not any(rotated in str(environment(after, name)) for name in functions)


def variables_read_by(function: str) -> set[str]:
    """The fields of the handler's settings, and of those that it shares, in upper case.

    With each secret there is its version, which nobody reads.
    """
    fields = _fields_of(function)
    return fields | {f"{field}_VERSION" for field in fields if field.endswith("_PARAMETER")}


def _fields_of(function: str) -> set[str]:
    handler = _classes("lambdas", function, "handler.py")
    shared = _classes("lambdas", "shared", "lifecycle", "gate.py")["GateSettings"]
    settings = handler.get("Settings")
    if settings is None:
        return _fields(shared)
    bases = {ast.unparse(base) for base in settings.bases}
    return _fields(settings) | (_fields(shared) if "GateSettings" in bases else set())


def _classes(*path: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(ROOT.joinpath(*path).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(settings: ast.ClassDef) -> set[str]:
    fields = [node.target for node in settings.body if isinstance(node, ast.AnnAssign)]
    return {field.id.upper() for field in fields if isinstance(field, ast.Name)}


def test_whoever_writes_down_what_happens_knows_the_record(deployment: Deployment) -> None:
    record = f"{deployment.one('Table', 'reviews-record').name}-0a1b2c3"
    recording = {
        name: item.inputs["environment"]["variables"].get("RECORD_TABLE")
        for name, item in functions_of(deployment).items()
    }
    assert recording.pop("generate_dataset") is None
    assert set(recording.values()) == {record}


def test_the_people_are_told_how_many_of_them_it_takes() -> None:
    deployment = deploy("dev", {**BUTTONS, "requiredApprovals": "3"})
    for function in ("notify_slack", "slack_interactions"):
        assert environment(deployment, function)["REQUIRED_APPROVALS"] == "3"
