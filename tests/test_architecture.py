"""Who may import whom. A rule that nobody checks is a wish, so this walks every syntax tree."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PORTAL = Path(__file__).resolve().parent.parent / "portal"

# App -> apps it may import. Modules directly below `portal` (settings aside) are open to all.
ALLOWED = {
    "registry.ledger": {"registry.serials", "registry.answers"},
    "registry": set(),
    "checkout": {"registry"},
    "checkout.simulator": set(),
    "home": {"registry", "checkout"},
    "projects": {"home", "checkout", "registry"},
    "calculators": {"home", "checkout.orders"},
    "home.demo": {"registry", "registry.embedded", "checkout", "checkout.simulator", "projects", "calculators", "home"},
}
# The only doors to the embedded registry.
LEDGER_DOORS = {
    "registry/connectors.py",
    "registry/embedded.py",
    "registry/rehearsal/replay.py",
    "registry/rehearsal/scratch.py",
}
WAGTAIL_APPS = ("home", "projects", "calculators")
WAGTAIL_FILES = ("desk.py", "urls.py", "settings.py")  # and each app's wagtail_hooks.py
CORE = (
    "money.py",
    "checkout/rules.py",
    "payments/gateway.py",
    "payments/braintree/credentials.py",
    "tokens.py",
    "spreadsheets.py",
    "registry/serials.py",
    "registry/answers.py",
    "registry/statement.py",
    "registry/codes.py",
    "registry/certificates/facts.py",
    "registry/certificates/drawing.py",
    "registry/certificates/seal.py",
    "registry/certificates/lettering.py",
    "registry/certificates/engraving.py",
    "registry/rehearsal/rows.py",
    "registry/rehearsal/next_free.py",
    "registry/rehearsal/report.py",
    "registry/ledger/request.py",
    *sorted(str(path.relative_to(PORTAL)) for path in (PORTAL / "calculators/engine").glob("*.py")),
    *sorted(str(path.relative_to(PORTAL)) for path in (PORTAL / "calculators/kinds").rglob("*.py")),
    "calculators/editing/naming.py",
    "calculators/editing/composing.py",
    "calculators/editing/decomposing.py",
)
PURE_CALCULATORS = ("portal.calculators.engine", "portal.calculators.kinds", "portal.calculators.editing")
PURE_GROUND = ("portal.spreadsheets",)
IMPURE = ("django", "celery", "requests", "urllib.request", "socket", "http", "time", "wagtail", "allauth", "braintree")
LAYERS = {"models": 0, "service": 2, "views": 3, "api": 3, "tasks": 3, "urls": 3, "wagtail_hooks": 3}


def sources() -> Iterator[Path]:
    for path in sorted(PORTAL.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def imports(path: Path) -> Iterator[str]:
    """Yield every module a file imports, relative ones included, wherever the import stands."""
    package = ["portal", *path.relative_to(PORTAL).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def app_of(module: str) -> str:
    """Return the app a dotted name below `portal` belongs to: the longest that is named in ALLOWED."""
    parts = module.removeprefix("portal.").split(".")
    for length in (2, 1):
        name = ".".join(parts[:length])
        if name in ALLOWED:
            return name
    return ""


def module_of(path: Path) -> str:
    return ".".join(["portal", *path.relative_to(PORTAL).with_suffix("").parts])


def is_allowed(target: str, allowed: set[str]) -> bool:
    name = target.removeprefix("portal.")
    return app_of(target) in allowed or any(name == each or name.startswith(f"{each}.") for each in allowed)


def breaches() -> Iterator[str]:
    for path in sources():
        app = app_of(module_of(path))
        if not app:
            continue
        where = str(path.relative_to(PORTAL))
        for target in set(imports(path)):
            other = app_of(target) if target.startswith("portal.") else ""
            if not other or other == app or (other == "registry.ledger" and where in LEDGER_DOORS):
                continue
            if (
                app.startswith(f"{other}.")
                and "." in target.removeprefix(f"portal.{other}")
                and is_allowed(target, ALLOWED[app])
            ):
                continue
            if not is_allowed(target, ALLOWED[app]) and target != f"portal.{other}":
                yield f"{where} must not import {target}"


def test_imports_point_one_way() -> None:
    assert sorted(breaches()) == []


def test_only_two_doors_lead_to_the_embedded_registry() -> None:
    outside = [
        f"{path.relative_to(PORTAL)} imports {target}"
        for path in sources()
        if not path.is_relative_to(PORTAL / "registry" / "ledger") and str(path.relative_to(PORTAL)) not in LEDGER_DOORS
        for target in set(imports(path))
        if target.startswith("portal.registry.ledger")
    ]
    assert outside == []


def test_wagtail_stays_where_editors_work() -> None:
    strangers = [
        f"{path.relative_to(PORTAL)} imports {target}"
        for path in sources()
        if path.relative_to(PORTAL).parts[0] not in (*WAGTAIL_APPS, *WAGTAIL_FILES) and path.name != "wagtail_hooks.py"
        for target in set(imports(path))
        if target.split(".")[0] in ("wagtail", "wagtail_localize", "modelcluster")
    ]
    assert strangers == []


@pytest.mark.parametrize("name", CORE)
def test_core_files_are_pure(name: str) -> None:
    path = PORTAL / name
    impure = [
        target for target in set(imports(path)) if any(target == bad or target.startswith(f"{bad}.") for bad in IMPURE)
    ]
    assert impure == []
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    clocks = [
        call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in ("now", "utcnow", "today")
    ]
    assert clocks == []


def test_the_core_of_the_calculators_knows_nobody() -> None:
    strangers = [
        f"{name} imports {target}"
        for name in CORE
        if name.startswith("calculators/")
        for target in set(imports(PORTAL / name))
        if target.startswith("portal.")
        and target != "portal.calculators"
        and not target.startswith((*PURE_CALCULATORS, *PURE_GROUND))
    ]
    assert strangers == []


def test_layers_inside_an_app_point_down() -> None:
    climbing = []
    for path in sources():
        level = LAYERS.get(path.stem)
        app = path.relative_to(PORTAL).parts[0]
        if level is None or len(path.relative_to(PORTAL).parts) != 2:
            continue
        for target in set(imports(path)):
            parts = target.split(".")
            if parts[:2] == ["portal", app] and len(parts) > 2 and LAYERS.get(parts[2], -1) > level:
                climbing.append(f"{path.relative_to(PORTAL)} imports {target}")
    assert climbing == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    modules = {module_of(path): path for path in sources() if path.stem != "__init__"}  # a door leads to what is inside
    graph = {
        name: {each for each in imports(path) if each in modules and each != name} for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_one_file_speaks_to_the_gateway_through_its_sdk() -> None:
    speakers = {
        str(path.relative_to(PORTAL))
        for path in sources()
        for target in imports(path)
        if target == "braintree" or target.startswith("braintree.")
    }
    assert speakers == {"payments/braintree/gateway.py"}


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "misc", "lib", "core"}
    assert [str(path.relative_to(PORTAL)) for path in sources() if path.stem in drawers] == []


def test_files_and_functions_stay_readable() -> None:
    too_long = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400:
            too_long.append(f"{path.relative_to(PORTAL)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > 60:
                    too_long.append(f"{path.relative_to(PORTAL)}: {node.name} has {length} lines")
    assert too_long == []
