"""The code in the zips is the code in the repository."""

import ast
from pathlib import Path

import pytest

from components.code_prose import without_prose

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "lambdas").rglob("*.py"))

SOURCE = '''"""About."""
x = "# no comment"  # a comment
"""About x,
in two lines."""


class Nothing(Exception):
    """Only words."""


def f():
    """More
    words."""
    return """kept
    words"""
'''


def test_words_go_and_every_line_keeps_its_number() -> None:
    assert without_prose(SOURCE).splitlines() == [
        "...",
        'x = "# no comment"',
        "...",
        "",
        "",
        "",
        "class Nothing(Exception):",
        "    ...",
        "",
        "",
        "def f():",
        "    ...",
        "",
        '    return """kept',
        '    words"""',
    ]


class _Placeholder(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        if isinstance(node.value, ast.Constant):
            node.value = ast.copy_location(ast.Constant(...), node.value)
            node.value.end_lineno = node.value.lineno
        return node


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_every_function_does_the_same_on_the_same_lines(file: Path) -> None:
    source = file.read_text(encoding="utf-8")

    bare = ast.parse(without_prose(source))

    assert ast.dump(bare) == ast.dump(_Placeholder().visit(ast.parse(source)))
    assert [node.lineno for node in ast.walk(bare) if isinstance(node, ast.stmt)] == [
        node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)
    ]
