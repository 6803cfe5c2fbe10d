"""The product's texts in its code, pages and documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("components", "lambdas", "local", "package", "policies", "signoff", "examples", "docs")
WRITTEN = {".html", ".json", ".md", ".py", ".sh", ".tf", ".ts", ".yaml"}
_GENERATED = re.compile(r"(^|/)(\.venv|node_modules)/|^docs/slack/|package-lock\.json$")
_WORDS = re.compile(r"[A-Za-z]{2,}[,:;]? +[A-Za-z]{2,}")


def files_of(root: Path = ROOT) -> Iterator[Path]:
    """The product's files with texts, in a stable order."""
    top = [it for it in root.iterdir() if it.is_file() and not it.name.startswith(".")]
    below = [it for folder in PRODUCT for it in (root / folder).rglob("*")]
    for path in sorted(top + below):
        inside = path.relative_to(root).as_posix()
        if path.suffix in WRITTEN and not _GENERATED.search(inside):
            yield path


def sentences_in(source: str) -> list[str]:
    """The string literals of a module that are sentences or parts of one, docstrings aside.

    The values of an f-string are shown by their expressions.
    """
    module = ast.parse(source)
    docstrings = {id(it.value) for it in ast.walk(module) if isinstance(it, ast.Expr)}
    inside = {
        id(part) for it in ast.walk(module) if isinstance(it, ast.JoinedStr) for part in it.values
    }
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(module):
        if id(node) in docstrings or id(node) in inside:
            continue
        text = _text_of(node)
        if text and _WORDS.search(text):
            found.append((*_position(node), text))
    return [text for *_, text in sorted(found)]


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_part_of, node.values))
    return ""


def _in_one_line(text: str) -> str:
    lines = " ⏎ ".join(text.strip().splitlines())
    return "".join(it if it.isprintable() else ascii(it)[1:-1] for it in lines)


def _part_of(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{ast.unparse(part.value)}}}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def collected(root: Path = ROOT) -> str:
    """Every message, error, label and help text in the product's code, by module."""
    parts: list[str] = []
    for path in files_of(root):
        if path.suffix == ".py" and (texts := sentences_in(path.read_text())):
            shown = (f"- {_in_one_line(text)}" for text in texts)
            parts.append("\n".join((f"## {path.relative_to(root).as_posix()}", "", *shown)))
    return "\n\n".join(parts) + "\n"
