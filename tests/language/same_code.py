"""Check in review that a commit changes words only: `python -m tests.language.same_code COMMIT`.

The code of every Python file is compared without its docstrings, comments and the text of its
strings. Other files are not compared.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator


class _WithoutWords(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, (str, bytes)) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        values = [it for it in node.values if isinstance(it, ast.FormattedValue)]
        return ast.JoinedStr(list(values)) if values else ast.Constant("")

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        is_docstring = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        self.generic_visit(node)
        return None if is_docstring else node


def is_same_code(before: str, after: str) -> bool:
    """Whether two modules differ in words only."""
    dumps = [ast.dump(_WithoutWords().visit(ast.parse(it))) for it in (before, after)]
    return dumps[0] == dumps[1]


def changed_code(commit: str) -> Iterator[str]:
    """The Python files of a commit whose code it changes, adds or deletes."""
    diff = _git("diff", "--name-status", "--find-renames", f"{commit}^", commit, "--", "*.py")
    for line in diff.splitlines():
        kind, old, *_ = names = line.split("\t")
        if kind in ("A", "D") or not is_same_code(
            _git("show", f"{commit}^:{old}"), _git("show", f"{commit}:{names[-1]}")
        ):
            yield names[-1]


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit("\n".join(changed_code(sys.argv[1])) or 0)
