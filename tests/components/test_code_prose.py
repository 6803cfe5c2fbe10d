"""The code in the zips is the code in the repository."""

import ast
from pathlib import Path

import pytest

from components.code_prose import without_prose

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "lambdas").rglob("*.py"))

SOURCE = '''"""About."""
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol
x: Mapping[str, Any] = "# no comment"  # a comment
"""About x,
in two lines."""


class Nothing(Exception):
    """Only words."""


class Kept:
    field: Sequence[str] = ()


def f(a: "Protocol", *, b: int = 3) -> Mapping[str, str]:
    """More
    words."""
    c: Any = b
    return """kept
    words"""
'''


def test_words_and_hints_go_and_every_line_keeps_its_number() -> None:
    assert without_prose(SOURCE).splitlines() == [
        "",
        "from collections.abc import Sequence",
        "",
        "",
        "",
        "",
        'x = "# no comment"',
        "",
        "",
        "",
        "",
        "class Nothing(Exception):",
        "    ...",
        "",
        "",
        "class Kept:",
        "    field: Sequence[str] = ()",
        "",
        "",
        "def f(a, *, b = 3):",
        "",
        "",
        "    c = b",
        '    return """kept',
        '    words"""',
    ]


class _Bare(ast.NodeTransformer):
    """The same in another way: on the tree, and without regard to lines."""

    def __init__(self, used: set[str]) -> None:
        self._used = used
        self._in_class = False

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._in_class, outside = True, self._in_class
        self.generic_visit(node)
        self._in_class = outside
        return _with_body(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._in_class, outside = False, self._in_class
        self.generic_visit(node)
        self._in_class = outside
        node.returns = None
        return _with_body(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if self._in_class or node.value is None:
            return node
        return ast.Assign(targets=[node.target], value=node.value)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._used_of(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._used_of(node)

    def _used_of(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [it for it in node.names if (it.asname or it.name).split(".")[0] in self._used]
        return node if node.names else None


def _with_body(node: ast.ClassDef | ast.FunctionDef) -> ast.AST:
    node.body = node.body or [ast.Expr(ast.Constant(...))]
    return node


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_every_function_does_the_same_on_the_same_lines(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    bare = ast.parse(without_prose(source))
    used = {node.id for node in ast.walk(bare) if isinstance(node, ast.Name)}

    expected = _Bare(used).visit(ast.parse(source))

    if expected.body:
        assert ast.unparse(bare) == ast.unparse(ast.fix_missing_locations(expected))
    assert [(node.name, node.lineno) for node in _functions(bare)] == [
        (node.name, node.lineno)
        for node in _functions(ast.parse(source))
        if node.name in _names(bare)
    ]


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _names(tree: ast.AST) -> set[str]:
    return {node.name for node in _functions(tree)}
