"""Leaves out what a function does not run: its zip holds code, the repository the words.

Docstrings and comments are a third of the files. Every line keeps its number, so that a traceback
from AWS points into the repository.
"""

import ast
import io
import tokenize


def without_prose(source: str) -> str:
    """The same program without docstrings and comments, line for line."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for row in range(node.lineno, node.end_lineno or node.lineno):
                lines[row] = ""
            # A function or class may consist of nothing else.
            lines[node.lineno - 1] = " " * node.col_offset + "..."
    return "\n".join(lines) + "\n"
