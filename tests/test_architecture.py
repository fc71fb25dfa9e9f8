"""The house as ARCHITECTURE.md draws it. A rule that nobody checks is a wish, so this walks every syntax tree.

Three tables say it all: which rooms a room may know, which of their modules are doors, and which file alone writes a
model. There are no exceptions.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps

from tests.sources import PORTAL, files_in_the_tree, imports, module_of, modules_of_ours, sources, tree_of, where

# Room -> rooms it may know. Every room may know the ground, and the ground knows no room.
ROOMS: dict[str, set[str]] = {
    "people": set(),
    "registry.ledger": {"registry"},
    "registry": {"registry.ledger"},
    "providers": {"people", "registry"},
    "payments.simulator": set(),
    "payments": {"providers"},
    "checkout": {"people", "registry", "providers", "payments"},
    "selling": {"people", "registry", "providers", "payments", "checkout", "books"},
    "books": {"people", "registry", "providers", "payments", "checkout"},
    "home": {"registry", "checkout"},
    "projects": {"registry", "providers", "home"},
    "calculators": {"checkout", "home"},
}
# Stand above all rooms, and may go in anywhere.
ABOVE = ("home/demo/", "api.py", "checks.py", "settings.py", "urls.py")
# Room -> its modules that others may import.
DOORS = {
    "people": {"models", "second_factor"},
    "registry.ledger": {"service"},
    "registry": {
        "service",
        "answers",
        "handovers",
        "statement",
        "vocabulary",
        "models",
        "history",
        "certificates.documents",
        "certificates.lettering",
    },
    "providers": {"models", "offers", "onboarding", "stock"},
    "payments.simulator": set(),
    "payments": {
        "models",
        "gateway",
        "accounts",
        "changes",
        "books",
        "cards",
        "service",
        "standing",
        "ledger",
        "notifications",
        "refunds",
        "disputes",
        "transfers.banks",
        "transfers.confirming",
        "transfers.entries",
        "transfers.matching",
        "transfers.models",
        "transfers.payment_code",
        "transfers.reference",
        "transfers.remedies",
        "transfers.service",
        "transfers.simulated_bank",
        "transfers.statements.encodings",
        "transfers.statements.entry",
        "transfers.statements.illegible",
        "transfers.statements.table",
        "transfers.statements.written",
        "transfers.uploads",
    },
    "checkout": {
        "attention",
        "disputing",
        "models",
        "orders",
        "pending",
        "rebuilding",
        "refunding",
        "releasing",
        "rules",
        "serving",
        "transfers",
    },
    "selling": set(),
    "books": {"clearing"},
    "home": {"models", "blocks", "sdgs"},
    "projects": set(),
    "calculators": set(),
}
# Inside the registry: the files that may go into the embedded one, and what that may take with it.
LEDGER_USERS = {
    "registry/connectors.py",
    "registry/embedded.py",
    "registry/rehearsal/replay.py",
    "registry/rehearsal/scratch.py",
}
LEDGER_NEEDS = {"portal.registry.serials", "portal.registry.answers"}
# Model -> the one file that writes it. Pages are written by their editors, and by the demo.
WRITERS = {
    "people.User": "people/models.py",
    "registry.Activity": "registry/records.py",
    "registry.IssuanceBlock": "registry/records.py",
    "registry.Handover": "registry/handovers.py",
    "registry.Cancellation": "registry/service.py",
    "registry.CancelledBlock": "registry/service.py",
    "registry.Certificate": "registry/service.py",
    "registry.LogEntry": "registry/service.py",
    "registry.LogHead": "registry/service.py",
    "ledger.Account": "registry/ledger/service.py",
    "ledger.Series": "registry/ledger/service.py",
    "ledger.UnitBlock": "registry/ledger/service.py",
    "ledger.Transaction": "registry/ledger/service.py",
    "ledger.Movement": "registry/ledger/service.py",
    "providers.Provider": "providers/onboarding.py",
    "providers.Listing": "providers/stock.py",
    "payments.Account": "payments/accounts.py",
    "payments.Change": "payments/changes.py",
    "payments.Payment": "payments/service.py",
    "payments.PaymentEvent": "payments/ledger.py",
    "payments.Notification": "payments/notifications.py",
    "transfers.BankAccount": "payments/transfers/banks.py",
    "transfers.TransferRequest": "payments/transfers/service.py",
    "transfers.Arrival": "payments/transfers/service.py",
    "transfers.BankStatement": "payments/transfers/uploads.py",
    "transfers.StatementPart": "payments/transfers/uploads.py",
    "transfers.StatementEntry": "payments/transfers/entries.py",
    "payments.Refund": "payments/refunds.py",
    "payments.Dispute": "payments/disputes.py",
    "checkout.Order": "checkout/service.py",
    "checkout.Basket": "checkout/baskets.py",
    "checkout.Handling": "checkout/attention.py",
    "checkout.Letter": "checkout/mail.py",
    "books.Reconciliation": "books/service.py",
    "books.Discrepancy": "books/service.py",
    "books.Clearing": "books/clearing.py",
    "calculators.SavedEstimate": "calculators/results/service.py",
    "calculators.Batch": "calculators/tables/service.py",
    "calculators.BatchSlice": "calculators/tables/service.py",
}
WRITES = {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete", "save"}
WAGTAIL_ROOMS = ("home", "projects", "calculators", "selling")
WAGTAIL_FILES = ("desk.py", "urls.py", "settings.py")  # and each room's wagtail_hooks.py
CORE = (
    "money.py",
    "tokens.py",
    "spreadsheets.py",
    "checkout/rules.py",
    "checkout/proforma/facts.py",
    "checkout/proforma/drawing.py",
    "books/comparison.py",
    "books/words.py",
    "payments/gateway.py",
    "payments/braintree/credentials.py",
    "payments/paypal/credentials.py",
    "payments/paypal/requests.py",
    "payments/paypal/answers.py",
    "payments/paypal/disputes.py",
    "payments/transfers/reference.py",
    "payments/transfers/payment_code.py",
    "payments/transfers/matching.py",
    "payments/transfers/remedies.py",
    *sorted(str(path.relative_to(PORTAL)) for path in (PORTAL / "payments/transfers/statements").glob("*.py")),
    "registry/serials.py",
    "registry/answers.py",
    "registry/statement.py",
    "registry/codes.py",
    "registry/findable.py",
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
    "calculators/factors/recipes.py",
    "calculators/factors/regions.py",
    "calculators/tables/grid.py",
    "calculators/editing/names.py",
    "calculators/editing/composer.py",
    "calculators/editing/decomposer.py",
    "calculators/editing/fields.py",
)
PURE_CALCULATORS = ("portal.calculators.engine", "portal.calculators.kinds", "portal.calculators.editing")
PURE_GROUND = ("portal.spreadsheets",)
IMPURE = ("django", "celery", "requests", "urllib.request", "socket", "http", "time", "wagtail", "allauth", "braintree")
LAYERS = {"models": 0, "service": 2, "views": 3, "api": 3, "tasks": 3, "urls": 3, "webhooks": 3, "wagtail_hooks": 3}


def room_of(module: str) -> str:
    """Return the room that a dotted name below `portal` belongs to, the innermost one; none for the ground."""
    parts = module.split(".")[1:]
    for length in (2, 1):
        name = ".".join(parts[:length])
        if name in ROOMS:
            return name
    return ""


def is_above(path: Path) -> bool:
    return where(path).startswith(ABOVE)


def crossings() -> Iterator[tuple[Path, str, str]]:
    """Yield each import that leaves its room for another: file, module, and that module's room."""
    for path in sources():
        room = room_of(module_of(path))
        for target in modules_of_ours(path):
            other = room_of(target)
            is_package_around = room.startswith(f"{other}.") and target == f"portal.{other}"
            if other and other != room and not is_above(path) and not is_package_around:
                yield path, target, other


# --- The three tables


def test_rooms_know_only_those_below_them() -> None:
    breaches = [
        f"{where(path)} must not import {target}"
        for path, target, other in crossings()
        if other not in ROOMS.get(room_of(module_of(path)), set())
    ]
    assert sorted(breaches) == []


def test_rooms_are_entered_by_their_doors() -> None:
    breaches = [
        f"{where(path)} imports {target}"
        for path, target, other in crossings()
        if target.removeprefix(f"portal.{other}").lstrip(".") not in {"", *DOORS[other]}
        and not (where(path) in LEDGER_USERS and other == "registry.ledger")
        and target not in LEDGER_NEEDS
    ]
    assert sorted(breaches) == []


def test_every_room_is_in_the_tables() -> None:
    folders = {path.parent.name for path in PORTAL.glob("*/__init__.py")}
    assert {room for room in ROOMS if "." not in room} == folders
    assert DOORS.keys() == ROOMS.keys()


def test_the_ground_knows_no_room() -> None:
    """What lies directly below `portal` and does not stand above all rooms."""
    breaches = [f"{where(path)} imports {target}" for path, target, _other in crossings() if path.parent == PORTAL]
    assert sorted(breaches) == []


def test_few_files_go_into_the_embedded_registry() -> None:
    users = {where(path) for path, _target, other in crossings() if other == "registry.ledger"}
    assert users == LEDGER_USERS
    taken = {target for path, target, _other in crossings() if where(path).startswith("registry/ledger/")}
    assert taken == LEDGER_NEEDS


def test_each_model_has_its_writer() -> None:
    pages = {"home", "projects"}
    ours = {
        model._meta.label
        for config in apps.get_app_configs()
        if config.name.startswith("portal.") and config.label not in pages
        for model in config.get_models()
    }
    written_by_editors = {"calculators.CalculatorIndexPage", "calculators.CalculatorPage"}
    assert ours - written_by_editors == set(WRITERS)
    assert [writer for writer in WRITERS.values() if not (PORTAL / writer).exists()] == []


def named_at_the_root(node: ast.expr) -> str:
    """Return the name that a chain of attributes and calls begins with: Order for `Order.objects.filter().update`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def writes(path: Path) -> Iterator[tuple[str, int]]:
    """Yield what a file writes: the model of each call that writes one, or rows of one, and its line."""
    known = models_known_to(path)
    for scope in tree_of(path).body if known else []:
        here = models_behind(scope, known)
        for node in ast.walk(scope):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
                continue
            if model := here.get(named_at_the_root(node.func)):
                yield model, node.lineno


def models_behind(scope: ast.stmt, known: dict[str, str]) -> dict[str, str]:
    """Return models by their names, and by those of variables that hold their rows: as annotated, or as assigned."""
    found = dict(known)
    for node in ast.walk(scope):
        targets: list[ast.expr] = []
        if isinstance(node, ast.arg) and node.annotation:
            for each in ast.walk(node.annotation):
                if isinstance(each, ast.Name) and each.id in known:
                    found[node.arg] = known[each.id]
        elif isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            targets, value = [node.target], node.value
        elif isinstance(node, ast.For):
            targets, value = [node.target], node.iter
        for target in targets:
            if isinstance(target, ast.Name) and named_at_the_root(value) in known:
                found[target.id] = known[named_at_the_root(value)]
    return found


def models_known_to(path: Path) -> dict[str, str]:
    """Return the models that a file imports, by the name it knows them by."""
    known = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith("models"):
            for alias in node.names:
                for room in node.module.split("."):
                    if f"{room}.{alias.name}" in WRITERS:
                        known[alias.asname or alias.name] = f"{room}.{alias.name}"
    return known


def test_models_are_written_by_their_writer_alone() -> None:
    breaches = []
    for path in sources():
        breaches += [
            f"{where(path)}:{line} writes {model}" for model, line in writes(path) if WRITERS[model] != where(path)
        ]
    assert sorted(breaches) == []


# --- What else holds


def test_wagtail_stays_where_editors_work() -> None:
    strangers = [
        f"{where(path)} imports {target}"
        for path in sources()
        if path.relative_to(PORTAL).parts[0] not in WAGTAIL_ROOMS
        and path.name not in ("wagtail_hooks.py", *WAGTAIL_FILES)
        for target in imports(path)
        if target.split(".")[0] in ("wagtail", "wagtail_localize", "modelcluster")
    ]
    assert strangers == []


@pytest.mark.parametrize("name", CORE)
def test_core_files_are_pure(name: str) -> None:
    path = PORTAL / name
    impure = [name for name in imports(path) if f"{name}.".startswith(tuple(f"{bad}." for bad in IMPURE))]
    assert impure == []
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    clocks = [
        call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in ("now", "utcnow", "today")
    ]
    assert clocks == []


def test_the_core_of_the_calculators_knows_nobody() -> None:
    strangers = [
        f"{name} imports {target}"
        for name in CORE
        if name.startswith("calculators/")
        for target in imports(PORTAL / name)
        if target.startswith("portal.")
        and target != "portal.calculators"
        and not target.startswith((*PURE_CALCULATORS, *PURE_GROUND))
    ]
    assert strangers == []


def test_layers_inside_a_room_point_down() -> None:
    climbing = []
    for path in sources():
        level = LAYERS.get(path.stem)
        folder = module_of(path).rpartition(".")[0]
        for target in modules_of_ours(path):
            beside, _dot, name = target.rpartition(".")
            if level is not None and beside == folder and LAYERS.get(name, -1) > level:
                climbing.append(f"{where(path)} imports {target}")
    assert climbing == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = {
        module_of(path): {each for each in modules_of_ours(path) if each != module_of(path)}
        for path in sources()
        if path.stem != "__init__"  # a door leads to what is inside
    }
    graph = {name: {each for each in targets if each in graph} for name, targets in graph.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_services_take_all_but_what_they_act_on_by_keyword() -> None:
    writers = {PORTAL / writer for writer in WRITERS.values()}
    positional = [
        f"{where(path)}:{node.lineno} {node.name}"
        for path in sorted(writers)
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and len([*node.args.posonlyargs, *node.args.args]) > 1
    ]
    assert positional == []


def test_public_functions_of_services_say_what_they_guarantee() -> None:
    silent = [
        f"{where(path)}:{node.lineno} {node.name}"
        for path in sorted({PORTAL / writer for writer in WRITERS.values()})
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_one_file_speaks_to_the_gateway_through_its_sdk() -> None:
    speakers = {
        where(path)
        for path in sources()
        for target in imports(path)
        if target == "braintree" or target.startswith("braintree.")
    }
    assert speakers == {"payments/braintree/gateway.py"}


def test_one_file_speaks_to_paypal() -> None:
    speakers = {where(path) for path in sources() if "requests" in imports(path)}
    assert speakers == {"payments/paypal/client.py"}


def test_one_function_waits_for_commits() -> None:
    """What is asked for after a commit must never fail whoever committed."""
    waiting = {
        where(path)
        for path in sources()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "on_commit"
    }
    assert waiting == {"celery.py"}


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "misc", "lib", "core"}
    assert [where(path) for path in sources() if path.stem in drawers] == []


def test_files_and_functions_stay_readable() -> None:
    too_long = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400:
            too_long.append(f"{where(path)}: {len(text.splitlines())} lines")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > 60:
                    too_long.append(f"{where(path)}: {node.name} has {length} lines")
    assert too_long == []


def test_one_name_stands_for_one_thing() -> None:
    """A class that two rooms call alike is either one thing, or needs another name.

    The embedded registry and the simulator stand in for systems of others, which have words of their own.
    """
    rooms: dict[str, set[str]] = {}
    for path in sources():
        room = room_of(module_of(path))
        for node in tree_of(path).body if room not in ("registry.ledger", "payments.simulator") else []:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms.setdefault(node.name, set()).add(room)
    names_given_by_django = {"Command"}
    assert {name for name, known in rooms.items() if len(known) > 1} == names_given_by_django


def test_the_tree_names_every_file() -> None:
    unnamed = ("__init__.py", "apps.py")  # every room has those
    named = list(files_in_the_tree())
    assert sorted(name for name in set(named) if named.count(name) > 1) == []
    assert set(named) == {where(path) for path in sources() if path.name not in unnamed}
