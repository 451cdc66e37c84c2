"""Promises about the tree that no linter knows: what the engine may not name, how big a file may be."""

from __future__ import annotations

import ast
import importlib.machinery
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "src" / "relasi"
MODULES = sorted(ENGINE.rglob("*.py"))
ENTITIES = frozenset(path.stem for path in (ROOT / "schema").rglob("*.yaml"))
LONGEST_FILE = 350
MIDDLE_FILE = 130
LINES = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

EVERYDAY = frozenset({"case", "lead", "order", "quote"})
"""Names of entities that no English sentence, and no SQL, can do without."""

# An entity's name that the engine uses as an English word, and why it must.
ALLOWED: dict[tuple[str, str], str] = {}


def strings_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string in a module which is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    prose = {id(statement.value) for statement in statements if isinstance(statement.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def sentences_of(path: Path) -> Iterator[str]:
    """Every sentence of a texts file, whatever its nesting."""

    def leaves(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for value in node.values():
                yield from leaves(value)
        elif isinstance(node, str):
            yield node

    yield from leaves(yaml.safe_load(path.read_text(encoding="utf-8")))


def entities_in(text: str) -> set[str]:
    return set(ENTITIES - EVERYDAY) & set(re.findall(r"[a-z_]+", text.lower()))


@cache
def named_entities() -> set[tuple[str, str]]:
    """(module or texts file, entity) wherever the engine's strings hold an entity's name as a word."""
    found = {
        (path.relative_to(ENGINE).as_posix(), name)
        for path in MODULES
        for _, text in strings_of(path)
        for name in entities_in(text)
    }
    found |= {
        (path.relative_to(ENGINE).as_posix(), name)
        for path in (ENGINE / "texts").glob("*.yaml")
        for text in sentences_of(path)
        for name in entities_in(text)
    }
    return found


def test_the_content_has_entities_to_look_for() -> None:
    assert len(ENTITIES) >= 7


def test_the_engine_names_no_entity_of_the_content() -> None:
    assert named_entities() - ALLOWED.keys() == set()


def test_every_allowed_word_is_still_used() -> None:
    assert ALLOWED.keys() - named_entities() == set()


def test_no_module_is_longer_than_one_can_hold_in_mind() -> None:
    assert {path.relative_to(ROOT).as_posix() for path in MODULES if LINES[path] > LONGEST_FILE} == set()


def test_the_middle_module_is_short() -> None:
    assert statistics.median(LINES.values()) <= MIDDLE_FILE


@pytest.mark.parametrize("app", sorted((ROOT / "apps").glob("*.py")), ids=lambda path: path.name)
def test_an_app_does_not_shadow_an_installed_module(app: Path) -> None:
    """`streamlit run apps/x.py` puts apps/ first on the path: `import x` anywhere would find the app."""
    elsewhere = [entry for entry in sys.path if entry and Path(entry).resolve() not in (ROOT, ROOT / "apps")]

    assert app.stem not in sys.stdlib_module_names
    assert importlib.machinery.PathFinder.find_spec(app.stem, elsewhere) is None


@pytest.mark.parametrize("library", ["sqlalchemy", "httpx", "streamlit"])
def test_whoever_checks_a_project_does_not_wait_for(library: str) -> None:
    assert library not in loaded_by("relasi.definitions")


@cache
def loaded_by(module: str) -> frozenset[str]:
    """The modules that a process has which imports this one."""
    program = f"import sys, {module}; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return frozenset(said.stdout.split())


# Where a writing transaction need not be begun again: what others begin theirs with; what somebody at the
# terminal waits for, who can say it once more; and sweeps whose next round goes on where this one ended.
BEGUN_ONCE = (
    *("platform/", "store/store.py", "records/service.py:work"),
    *(
        "cli/",
        "trial/",
        "transfer/",
        "importing/run.py:_transactions",
        "sample/generator.py:make_large_sample",
    ),
    "nocodb/",
)


def functions_of(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """What stands in each function, and not in one that is defined inside of it."""
    found: dict[str, list[ast.AST]] = {}

    def gather(node: ast.AST, into: list[ast.AST]) -> None:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.FunctionDef):
                gather(each, found.setdefault(each.name, [each]))
            else:
                into.append(each)
                gather(each, into)

    gather(tree, [])
    return found


def begun_once_in(path: Path) -> Iterator[str]:
    """The functions that begin a writing transaction, and neither they nor whoever calls them in the module
    are begun again where it is given up."""
    functions = functions_of(ast.parse(path.read_text(encoding="utf-8")))
    writing = {
        name
        for name, nodes in functions.items()
        if any(
            is_write(item.context_expr) for each in nodes if isinstance(each, ast.With) for item in each.items
        )
    }
    for name in writing:
        seen, waiting = set(), {name}
        while waiting:
            each = waiting.pop()
            seen.add(each)
            if is_begun_again(functions[each]):
                continue
            callers = {caller for caller, nodes in functions.items() if each in names_in(nodes)} - seen
            if not callers or not each.startswith("_") or each.startswith("__"):
                yield name
                break
            waiting |= callers


def is_begun_again(function: list[ast.AST]) -> bool:
    return any(
        getattr(each, "id", "") == "begun_again"
        for node in function[:1]
        if isinstance(node, ast.FunctionDef)
        for each in node.decorator_list
    )


def names_in(nodes: list[ast.AST]) -> set[str]:
    return {getattr(each, "attr", "") or getattr(each, "id", "") for each in nodes}


def is_write(begun: ast.expr) -> bool:
    if not isinstance(begun, ast.Call):
        return False
    only_reads = any(each.arg == "write" and ast.unparse(each.value) == "False" for each in begun.keywords)
    return (
        getattr(begun.func, "attr", "") in ("work", "session", "transaction", "unhurried") and not only_reads
    )


def test_every_write_is_begun_again_where_the_database_gives_it_up() -> None:
    once = {
        f"{path.relative_to(ENGINE).as_posix()}:{name}" for path in MODULES for name in begun_once_in(path)
    }
    assert {each for each in once if not each.startswith(BEGUN_ONCE)} == set()
