"""`docs/security.md` lists every attack here, with a section per folder, in this order."""

import re

from tests.local_stack import ROOT

HERE = ROOT / "tests" / "security"
PAGE = (ROOT / "docs" / "security.md").read_text()


def test_the_document_lists_every_attack_in_folder_order() -> None:
    listed = re.findall(r"\[(\w+)\]\(\.\./tests/security/([\w/.]+)\)", PAGE)

    files = sorted(HERE.glob("*/test_*.py"))
    assert [path for _, path in listed] == [it.relative_to(HERE).as_posix() for it in files]
    assert [name for name, _ in listed] == [it.stem.removeprefix("test_") for it in files]


def test_every_section_is_a_folder() -> None:
    sections = [it.lower() for it in re.findall("(?m)^## (.+)$", PAGE)]

    folders = sorted(it.parent.name for it in HERE.glob("*/__init__.py"))
    assert sections == ["what is protected", *folders, "not covered"]
