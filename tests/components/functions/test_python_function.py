"""Every Lambda function is created by the same component, with the same hardening."""

import ast
from functools import partial

import pytest

from components.settings.decision_rules import FILE
from lambdas.datasets.limits import FUNCTION_SECONDS
from tests.components.deployments import (
    BOT_TOKEN,
    EVERYTHING,
    OF_THE_WORKFLOW,
    ROOT,
    SIGNING_SECRET,
    WEBHOOK,
    Deployment,
    deploy,
    environment,
    functions_of,
)

HANDLERS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
SOMEBODY_WAITS = (
    "asker_api",
    "decision_api",
    "operator_api",
    "slack_commands",
    "slack_interactions",
)
READS_FILES = ("check_dataset", "publish_dataset")
MEMORY_MB: dict[str, int] = dict.fromkeys((*SOMEBODY_WAITS, "sweep_reviews", *READS_FILES), 1769)
"""A full core, for functions that people or Slack wait for, or that read large files."""


def test_every_function_has_the_same_hardening(buttons: Deployment) -> None:
    functions = functions_of(buttons)
    assert {name.replace("request_review_dataset", "request_review") for name in functions} == {
        *HANDLERS
    }
    for name, function in functions.items():
        name = name.replace("request_review_dataset", "request_review")
        inputs = function.inputs
        assert inputs["handler"] == f"lambdas.{name}.handler.handle"
        assert inputs["runtime"] == "python3.13"
        assert inputs["architectures"] == ["arm64"]
        assert inputs["memorySize"] == MEMORY_MB.get(name, 256)
        assert inputs["tracingConfig"] == {"mode": "Active"}
        assert inputs["loggingConfig"]["logFormat"] == "JSON"
        assert inputs["loggingConfig"]["applicationLogLevel"] == "INFO", "all functions are counted"


def test_every_function_has_its_own_role_and_log_group(buttons: Deployment) -> None:
    functions = functions_of(buttons).values()
    assert len({item.inputs["role"] for item in functions}) == len(functions)
    assert len({item.inputs["loggingConfig"]["logGroup"] for item in functions}) == len(functions)


def test_a_function_is_created_after_it_may_write_its_logs(buttons: Deployment) -> None:
    for function in functions_of(buttons).values():
        assert any(":RolePolicy::" in urn for urn in function.dependencies)


def test_a_zip_has_repository_files_under_their_own_paths(buttons: Deployment) -> None:
    for function in functions_of(buttons).values():
        code: dict[str, str] = {**function.inputs["code"]}
        code.pop(FILE, None)
        assert all(text == (ROOT / path).read_text() for path, text in code.items())


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        ("start_dataset", 30),
        ("generate_dataset", 60),
        ("check_dataset", FUNCTION_SECONDS),
        ("publish_dataset", FUNCTION_SECONDS),
        ("request_review", 40),
        ("notify_slack", 60),
        ("decision_api", 15),
        ("close_review", 30),
        ("report_failure", 30),
        ("slack_interactions", 15),
        ("sweep_reviews", 60),
        ("report_undelivered", 30),
    ],
)
def test_a_functions_timeout_fits_its_work(
    buttons: Deployment, function: str, seconds: int
) -> None:
    assert functions_of(buttons)[function].inputs["timeout"] == seconds


@pytest.mark.parametrize("function", HANDLERS)
def test_a_functions_environment_is_what_its_handler_reads(
    buttons: Deployment, function: str
) -> None:
    variables = environment(buttons, function)
    assert set(variables) == {"STAGE"} | variables_read_by(function)


def test_every_function_gets_its_stage(staged: Deployment, stage: str) -> None:
    found = {environment(staged, function)["STAGE"] for function in functions_of(staged)}
    assert found == {stage}


def test_no_setting_adds_or_removes_a_variable(buttons: Deployment, everything: Deployment) -> None:
    for function in HANDLERS:
        assert set(environment(everything, function)) == set(environment(buttons, function))
    first, second = (
        environment(everything, name) for name in ("notify_slack", "notify_slack_escalation")
    )
    assert set(first) == set(second)


ROTATED = {
    "slackBotToken": f"{BOT_TOKEN}-2",
    "escalationSlackWebhookUrl": f"{WEBHOOK}-3",
    "slackSigningSecret": f"{SIGNING_SECRET}-2",
}


def test_a_rotated_secret_restarts_only_the_functions_that_read_it(
    everything: Deployment,
) -> None:
    rotated = deploy("dev", {**EVERYTHING, **ROTATED})
    changed = {
        (function, name)
        for function in functions_of(everything)
        for name, value in environment(rotated, function).items()
        if value != environment(everything, function)[name]
    }
    assert changed == {
        ("notify_slack", "SLACK_BOT_TOKEN_PARAMETER_VERSION"),
        ("notify_slack_escalation", "SLACK_WEBHOOK_PARAMETER_VERSION"),
        ("operator_api", "SLACK_BOT_TOKEN_PARAMETER_VERSION"),
        ("slack_interactions", "SLACK_BOT_TOKEN_PARAMETER_VERSION"),
        ("slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER_VERSION"),
        ("slack_commands", "SLACK_SIGNING_SECRET_PARAMETER_VERSION"),
    }


def test_the_version_of_a_secret_is_its_parameters_version(
    deployment: Deployment, everything: Deployment
) -> None:
    for stage in (deployment, everything):
        versions = {
            (variables[name], variables[f"{name}_VERSION"])
            for variables in map(partial(environment, stage), functions_of(stage))
            for name in variables
            if name.endswith("_PARAMETER") and variables[name]
        }
        parameters = {f"{item.name}-0a1b2c3" for item in stage.of_type("Parameter")}
        assert {name for name, _ in versions} == parameters
        assert len({version for _, version in versions}) == len(versions) == len(parameters)


def variables_read_by(function: str) -> set[str]:
    """The fields of the handler's settings, and of those that it shares, in upper case.

    Each secret also has its version, which no code reads.
    """
    fields = _fields_of(function)
    return fields | {f"{field}_VERSION" for field in fields if field.endswith("_PARAMETER")}


def _fields_of(function: str) -> set[str]:
    handler = _classes("lambdas", function, "handler.py")
    shared = {
        name: each
        for module in ("gate.py", "request.py")
        for name, each in _classes("lambdas", "domain", "lifecycle", module).items()
    }
    settings = handler.get("Settings")
    if settings is None:
        source = ROOT.joinpath("lambdas", function, "handler.py").read_text()
        name = "RequestSettings" if "RequestSettings" in source else "GateSettings"
        settings = shared[name]
    fields = _fields(settings)
    while bases := [shared[name] for it in settings.bases if (name := ast.unparse(it)) in shared]:
        (settings,) = bases
        fields |= _fields(settings)
    return fields


def _classes(*path: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(ROOT.joinpath(*path).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(settings: ast.ClassDef) -> set[str]:
    fields = [node.target for node in settings.body if isinstance(node, ast.AnnAssign)]
    return {field.id.upper() for field in fields if isinstance(field, ast.Name)}


def test_every_function_for_reviews_gets_the_audit_log(buttons: Deployment) -> None:
    record = f"{buttons.one('Table', 'reviews-audit-log').name}-0a1b2c3"
    recording = {
        name: item.inputs["environment"]["variables"].get("AUDIT_LOG_TABLE")
        for name, item in functions_of(buttons).items()
    }
    assert {recording.pop(function) for function in OF_THE_WORKFLOW} == {None}
    assert set(recording.values()) == {record}


def test_functions_for_slack_get_the_required_approvals(rules: Deployment) -> None:
    for function in ("notify_slack", "slack_interactions"):
        assert environment(rules, function)["REQUIRED_APPROVALS"] == "2"
