"""A Lambda's zip is a slice of the repository with exactly its imports."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import boto3
import pytest

from components import DecisionRules
from components.functions.archive import ROOT, archive_of, slice_of
from local.deployment.resources.archives import zip_of

FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
MOST_BYTES = 150_000

Repository = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with these files, and the packages that they need."""

    def make(files: Mapping[str, str]) -> Path:
        packages = ("lambdas", "lambdas/domain", "lambdas/ask")
        for path, text in {
            **{f"{package}/__init__.py": "" for package in packages},
            "lambdas/ask/handler.py": "",
            **files,
        }.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return make


def shared_modules(root: Path) -> set[str]:
    found = {path.as_posix() for path in slice_of("ask", root)}
    return {
        path.removeprefix("lambdas/domain/")
        for path in found
        if path.startswith("lambdas/domain/") and not path.endswith("/__init__.py")
    }


@pytest.mark.parametrize(
    "statement",
    [
        "from lambdas.domain import links",
        "from lambdas.domain.links import approve",
        "import lambdas.domain.links",
        "import lambdas.domain.links as l",
        "from ..domain import links",
        "from ..domain.links import approve",
        "def handle():\n    from lambdas.domain import links",
        "try:\n    import lambdas.domain.links\nexcept ImportError:\n    pass",
    ],
)
def test_every_way_to_import_a_shared_module_is_followed(
    repository: Repository, statement: str
) -> None:
    root = repository({"lambdas/ask/handler.py": statement, "lambdas/domain/links.py": ""})
    assert shared_modules(root) == {"links.py"}


@pytest.mark.parametrize(
    "statement",
    [
        "from lambdas.domain.slack import signature",
        "from lambdas.domain.slack.signature import verify",
        "import lambdas.domain.slack.signature",
        "from ..domain.slack import signature",
    ],
)
@pytest.mark.parametrize("inits", [{"lambdas/domain/slack/__init__.py": ""}, {}])
def test_a_folder_of_shared_modules_is_a_package_with_or_without_an_init_file(
    repository: Repository, statement: str, inits: Mapping[str, str]
) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": statement,
            "lambdas/domain/slack/signature.py": "",
            "lambdas/domain/slack/clicks.py": "",
            **inits,
        }
    )
    assert shared_modules(root) == {"slack/signature.py"}
    assert {path.as_posix() for path in slice_of("ask", root)} >= set(inits)


def test_folders_may_import_each_other_at_any_depth(repository: Repository) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": "from lambdas.domain.web import routes",
            "lambdas/domain/web/routes.py": "from ..slack.messages import blocks",
            "lambdas/domain/slack/messages/blocks.py": "from . import text",
            "lambdas/domain/slack/messages/text.py": "from ... import times",
            "lambdas/domain/times.py": "",
        }
    )
    assert shared_modules(root) == {
        "web/routes.py",
        "slack/messages/blocks.py",
        "slack/messages/text.py",
        "times.py",
    }


def test_imports_of_the_package_are_included(repository: Repository) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": "from lambdas.domain.slack import verify",
            "lambdas/domain/slack/__init__.py": "from .signature import verify",
            "lambdas/domain/slack/signature.py": "",
        }
    )
    assert shared_modules(root) == {"slack/signature.py"}


def test_imports_of_shared_modules_are_included(repository: Repository) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": "from lambdas.domain import links",
            "lambdas/domain/links.py": "from lambdas.domain.times import now",
            "lambdas/domain/times.py": "from lambdas.domain import links  # a circle",
            "lambdas/domain/pages.py": "",
        }
    )
    assert shared_modules(root) == {"links.py", "times.py"}


def test_imports_for_type_checkers_are_excluded(repository: Repository) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": (
                "if TYPE_CHECKING:\n    from lambdas.domain import pages\n"
                "else:\n    from lambdas.domain import links\n"
            ),
            "lambdas/domain/links.py": "",
            "lambdas/domain/pages.py": "",
        }
    )
    assert shared_modules(root) == {"links.py"}


def test_an_import_of_a_module_that_does_not_exist_is_an_error(repository: Repository) -> None:
    root = repository({"lambdas/ask/handler.py": "import lambdas.domain.nothing"})
    with pytest.raises(FileNotFoundError, match=r"ask/handler.py imports lambdas.domain.nothing"):
        slice_of("ask", root)


def test_an_import_of_a_missing_name_from_a_folder_is_an_error(repository: Repository) -> None:
    root = repository(
        {
            "lambdas/ask/handler.py": "from lambdas.domain.slack import nothing",
            "lambdas/domain/slack/signature.py": "",
        }
    )
    with pytest.raises(FileNotFoundError, match=r"imports lambdas.domain.slack.nothing, which"):
        slice_of("ask", root)


def test_a_function_that_does_not_exist_is_an_error(repository: Repository) -> None:
    with pytest.raises(FileNotFoundError, match=r"lambdas/missing/handler.py does not exist"):
        slice_of("missing", repository({}))


def test_compiled_files_are_excluded(repository: Repository) -> None:
    root = repository({"lambdas/ask/__pycache__/handler.cpython-313.pyc": "x"})
    assert [path.suffix for path in slice_of("ask", root)] == [".py"] * 3


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_slice_is_deterministic_and_sorted(function: str) -> None:
    files = slice_of(function)
    assert files == sorted(files) == slice_of(function)
    assert not any(path.is_absolute() for path in files)


def zipped(function: str, texts: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Zip it as the local stack does; on AWS the provider does."""
    return zip_of(archive_of(function, texts))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_has_the_repositorys_files_unchanged(function: str) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(function))) as archive:
        for path in archive.namelist():
            assert archive.read(path) == (ROOT / path).read_bytes()
    assert len(zipped(function)) <= MOST_BYTES


IMPORT = """
import importlib, os, pathlib, sys
sys.path.append(sys.argv[1])
import boto3
for folder in map(pathlib.Path, sys.argv[2:]):
    if child := os.fork():
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{folder.name} cannot be imported")
        continue
    sys.path.insert(0, str(folder))
    handler = importlib.import_module(f"lambdas.{folder.name}.handler")
    assert callable(handler.handle)
    assert not {"pulumi", "components", "local", "requests", "yaml"} & set(sys.modules)
    break
"""


def test_no_zip_needs_anything_but_python_and_boto3(tmp_path: Path) -> None:
    boto3_alone = tmp_path / "boto3"  # in AWS's runtime: boto3 and its dependencies
    boto3_alone.mkdir()
    installed = Path(boto3.__file__).parents[1]
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        (boto3_alone / name).symlink_to(installed / name)
    for function in FUNCTIONS:
        with zipfile.ZipFile(io.BytesIO(zipped(function, DecisionRules().files))) as archive:
            archive.extractall(tmp_path / "functions" / function)  # as AWS does
    environment = {
        "STAGE": "dev",
        "EVIDENCE_BUCKET": "bucket",
        "STATE_MACHINE_ARN": "arn:aws:states:eu-central-1:111111111111:stateMachine:workflow",
        "DATASET_TOPIC_ARN": "arn:aws:sns:eu-central-1:111111111111:datasets",
        "ANOMALY_THRESHOLD": "0.06",
        "FLAG_COLUMN": "flagged",
        "CHECK_FUNCTION_ARN": "",
        "REVIEWS_TABLE": "reviews",
        "REVIEW_TOPIC_ARN": "arn:aws:sns:eu-central-1:111111111111:topic",
        "DECISION_API_URL": "https://example.com",
        "REVIEW_TIMEOUT_SECONDS": "60",
        "CALLER_ID": "taskToken",
        "WORKFLOW": "",
        "REQUIRE_VERIFIED_REQUESTER": "false",
        "LINK_SHORTENER": "builtin",
        "SLACK_NOTES": "slack",
        "SLACK_DELIVERY": "incoming-webhook",
        "SLACK_WEBHOOK_PARAMETER": "webhook",
        "ON_TIMEOUT": "fail",
        "AUDIT_LOG_TABLE": "record",
        "NOTES_TABLE": "notes",
        "SLACK_SIGNING_SECRET_PARAMETER": "secret",
        "SLACK_BOT_TOKEN_PARAMETER": "token",
        "SLACK_CHANNEL_ID": "C012ABCDEF",
        "SLACK_API_URL": "https://slack.com/api",
        "SLACK_MISSING": "",
        "REMIND_BEFORE_SECONDS": "3600,600",
        "ESCALATE_BEFORE_SECONDS": "1800",
        "EVIDENCE_PLACES": "[]",
        "SLACK_CHANNEL": "#signoff-dev",
        "SLACK_CHANNEL_URL": "https://slack.com/archives/C012ABCDEF",
        "SLACK_DECIDES": "true",
        "SLACK_BUTTONS": "true",
        "LINKS_DECIDE": "true",
        "REQUIRED_APPROVALS": "1",
        "KEEP_REVIEWS_SECONDS": "34560000",
        "ALLOW_SELF_APPROVAL": "false",
        "SLACK_TEAM_ID": "",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    imported = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-c", IMPORT, boto3_alone),
            *(tmp_path / "functions" / function for function in FUNCTIONS),
        ],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert imported.returncode == 0, imported.stderr
