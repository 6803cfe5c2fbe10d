"""The content of a function's zip: the files of the repository that it needs.

That is `lambdas/NAME/*.py` and the shared modules that these import, directly or not, under their
repository paths. The imports are parsed; nothing is executed.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pulumi

ROOT = Path(__file__).resolve().parents[2]


def slice_of(function: str, root: Path = ROOT) -> list[Path]:
    """The files of `lambdas/FUNCTION/handler.py`'s zip, sorted, relative to the repository.

    Raises `FileNotFoundError` for a function or an imported module that does not exist.
    """
    waiting = sorted((root / "lambdas" / function).glob("*.py"))
    if root / "lambdas" / function / "handler.py" not in waiting:
        raise FileNotFoundError(f"lambdas/{function}/handler.py does not exist")
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        waiting += _packages_above(file, root)
        for name, required in _imports(file, root):
            if module := _file_of(name, root):
                waiting.append(module)
            elif required and not _path_of(name, root).is_dir():
                raise FileNotFoundError(
                    f"{file.relative_to(root)} imports {name}, which does not exist"
                )
    return sorted(file.relative_to(root) for file in found)


def archive_of(function: str, texts: Mapping[str, str]) -> pulumi.AssetArchive:
    """The zip of `lambdas/FUNCTION`: its files and `texts`, each by repository path.

    The engine stores a hash of each file, but each text in full, so texts must not hold secrets. An
    empty text crashes it.
    """
    return pulumi.AssetArchive(
        {
            **{path.as_posix(): pulumi.FileAsset(ROOT / path) for path in slice_of(function)},
            **{path: pulumi.StringAsset(text) for path, text in texts.items()},
        }
    )


def _packages_above(file: Path, root: Path) -> list[Path]:
    """The `__init__.py` files of the folders above the file, if any."""
    folders = [folder for folder in file.parents if root in folder.parents]
    return [init for folder in folders if (init := folder / "__init__.py").is_file()]


def _path_of(module: str, root: Path) -> Path:
    return root.joinpath(*module.split("."))


def _file_of(module: str, root: Path) -> Path | None:
    """The file that Python would import; None for a folder without `__init__.py`."""
    path = _path_of(module, root)
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)


def _imports(file: Path, root: Path) -> Iterator[tuple[str, bool]]:
    """Names below `lambdas` that the file imports, and whether each must be a module."""
    for base, names in _statements(file.read_bytes(), file.relative_to(root)):
        # A name is a module or an attribute of the base; a plain folder has only modules.
        folder = _file_of(base, root) is None
        yield base, True
        yield from ((f"{base}.{name}", folder) for name in names)


@cache  # most modules are in the zips of several functions
def _statements(source: bytes, path: Path) -> list[tuple[str, list[str]]]:
    """Imports of a file from `lambdas`: modules, and the names imported from each."""
    package = path.parent.parts
    found: list[tuple[str, list[str]]] = []
    for node in _running(ast.parse(source, filename=str(path))):
        if isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            found.append((base, [alias.name for alias in node.names]))
    return [(base, names) for base, names in found if base.split(".")[0] == "lambdas"]


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements except those under `if TYPE_CHECKING`, which only type checkers import."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield other
                yield from _running(other)
        else:
            yield node
            yield from _running(node)
