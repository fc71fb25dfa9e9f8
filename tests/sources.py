"""The portal's sources as text, for tests that hold them to rules: files, their syntax trees, and what they import."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTAL = ROOT / "portal"


def sources() -> Iterator[Path]:
    for path in sorted(PORTAL.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def where(path: Path) -> str:
    return str(path.relative_to(PORTAL))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Name what a file imports, relative or not, wherever the import stands: modules, and names taken from them."""
    package = ["portal", *path.relative_to(PORTAL).parts[:-1]]
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def modules_of_ours(path: Path) -> Iterator[str]:
    """Yield the modules of the portal that a file imports; not the folders that it passes through to them."""
    ours = imports(path) & all_modules()
    yield from (target for target in ours if not any(each.startswith(f"{target}.") for each in imports(path) & ours))


@cache
def all_modules() -> frozenset[str]:
    return frozenset(module_of(path) for path in sources())


def module_of(path: Path) -> str:
    parts = path.relative_to(PORTAL).with_suffix("").parts
    return ".".join(["portal", *(parts[:-1] if parts[-1] == "__init__" else parts)])


def files_in_the_tree() -> Iterator[str]:
    """Yield the files that ARCHITECTURE.md's tree names: those on the line of a folder, or indented below it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders: list[tuple[int, str]] = [(-1, "")]
    for line in text.partition("```\nportal/\n")[2].partition("```")[0].splitlines():
        indent = len(line) - len(line.lstrip())
        first = line.split()[0] if line.split() else ""
        while folders[-1][0] >= indent:
            folders.pop()
        if first.endswith("/"):
            folders.append((indent, f"{folders[-1][1]}{first}"))
        yield from (f"{folders[-1][1]}{name}" for name in re.findall(r"[a-z_0-9]+\.py", line))
