"""Leaves out what a function does not run: its zip holds code, the repository the words.

Docstrings, comments, type hints and what is imported for these are a third of the files. Every line
keeps its number, so that a traceback from AWS points into the repository.
"""

import ast
import io
import tokenize
from collections.abc import Iterator


def without_prose(source: str) -> str:
    """The same program without words and hints, line for line. Fields of classes keep theirs."""
    lines = source.splitlines()
    for leave_out in (_type_checking, _hints, _comments, _docstrings, _unused_imports):
        leave_out(ast.parse("\n".join(lines)), lines)
    return "\n".join(lines) + "\n"


def _type_checking(tree: ast.Module, lines: list[str]) -> None:
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node).startswith("if TYPE_CHECKING:"):
            _replace(lines, node, "")


def _hints(tree: ast.Module, lines: list[str]) -> None:
    for row, start, end in sorted(set(_places_of_hints(tree)), reverse=True):
        before = lines[row - 1][:start].removesuffix("-> ").rstrip()
        lines[row - 1] = before + lines[row - 1][end:]


def _places_of_hints(tree: ast.Module) -> Iterator[tuple[int, int, int]]:
    """The line of each hint, and the columns from the name on to its end."""
    statements: list[ast.AST] = [*tree.body]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            statements += ast.walk(node)
            if node.returns:
                yield from _on_one_line(node.returns, node.returns.col_offset)
        if isinstance(node, ast.arg) and node.annotation:
            yield from _on_one_line(node.annotation, node.col_offset + len(node.arg))
    for node in statements:
        if isinstance(node, ast.AnnAssign) and node.value:
            yield from _on_one_line(node.annotation, node.target.end_col_offset or 0)


def _on_one_line(hint: ast.expr, start: int) -> Iterator[tuple[int, int, int]]:
    if hint.lineno == hint.end_lineno:
        yield hint.lineno, start, hint.end_col_offset or 0


def _comments(_tree: ast.Module, lines: list[str]) -> None:
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()


def _docstrings(tree: ast.Module, lines: list[str]) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        words = [
            statement
            for statement in node.body
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        ]
        for statement in words:
            _replace(lines, statement, "")
        if words and words == node.body:
            _replace(lines, words[0], "...")


def _unused_imports(tree: ast.Module, lines: list[str]) -> None:
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [it for it in node.names if (it.asname or it.name).split(".")[0] in used]
            _replace(lines, node, ast.unparse(node) if node.names else "")


def _replace(lines: list[str], node: ast.stmt, code: str) -> None:
    for row in range(node.lineno, node.end_lineno or node.lineno):
        lines[row] = ""
    lines[node.lineno - 1] = " " * node.col_offset + code if code else ""
