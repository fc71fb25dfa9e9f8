"""The simulator stands alone: it needs Python and itself, so it can run where the portal's requirements are missing."""

import ast
import sys
from pathlib import Path

import portal.payments.simulator


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return names


def test_only_the_standard_library_is_imported():
    files = list(Path(portal.payments.simulator.__file__).parent.rglob("*.py"))
    assert len(files) >= 30
    for path in files:
        others = {name for name in imported(path) if not name.startswith("portal.payments.simulator")}
        assert {name.partition(".")[0] for name in others} <= sys.stdlib_module_names, path.name
