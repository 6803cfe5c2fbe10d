"""Every Lambda function is made by the same component, and is hardened alike."""

import ast

import pytest

from tests.components.deployments import ROOT, Deployment, deploy, functions_of


def test_every_function_is_hardened_alike(deployment: Deployment) -> None:
    functions = functions_of(deployment)
    assert {path.parent.name for path in ROOT.glob("lambdas/*/handler.py")} == set(functions)
    for name, function in functions.items():
        inputs = function.inputs
        assert inputs["handler"] == f"lambdas.{name}.handler.handle"
        assert inputs["runtime"] == "python3.13"
        assert inputs["architectures"] == ["arm64"]
        assert inputs["memorySize"] == 256
        assert inputs["tracingConfig"] == {"mode": "Active"}
        assert inputs["loggingConfig"]["logFormat"] == "JSON"


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
        assert all((ROOT / path).is_file() and text for path, text in code.items())


@pytest.mark.parametrize(
    ("function", "seconds"),
    [
        ("generate_dataset", 60),
        ("request_review", 20),
        ("notify_slack", 60),
        ("decision_api", 15),
        ("close_review", 30),
    ],
)
def test_a_function_may_take_as_long_as_its_work_needs(
    deployment: Deployment, function: str, seconds: int
) -> None:
    assert functions_of(deployment)[function].inputs["timeout"] == seconds


def test_a_function_s_environment_is_what_its_handler_reads(
    deployment: Deployment, stage: str
) -> None:
    for name, function in functions_of(deployment).items():
        variables = function.inputs["environment"]["variables"]
        assert set(variables) == {"STAGE"} | variables_read_by(name), name
        assert variables["STAGE"] == stage


def variables_read_by(function: str) -> set[str]:
    """The fields of the handler's `Settings`, in upper case."""
    tree = ast.parse((ROOT / "lambdas" / function / "handler.py").read_text())
    (settings,) = [
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings"
    ]
    fields = [node.target for node in settings.body if isinstance(node, ast.AnnAssign)]
    return {field.id.upper() for field in fields if isinstance(field, ast.Name)}


def test_only_long_links_let_the_request_function_read_evidence() -> None:
    def may_read(deployment: Deployment) -> bool:
        policies = [str(item.inputs["policy"]) for item in deployment.of_type("RolePolicy")]
        roles = [str(item.inputs["role"]) for item in deployment.of_type("RolePolicy")]
        return any(
            "s3:GetObjectVersion" in policy and "request-review" in role
            for policy, role in zip(policies, roles, strict=True)
        )

    assert not may_read(deploy("dev"))
    assert may_read(deploy("dev", {"linkShortener": "none"}))
    assert may_read(deploy("dev", {"linkShortener": "tinyurl"}))
