"""Imports point one way (``docs/architecture.md``), read from the source."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FORBIDDEN = {
    "assessment": {"tests"},
    "catalogue": {"assessment", "goodpractice.accounts", "tests"},
    "goodpractice.accounts": {"assessment", "tests"},
    "goodpractice.outbox": {"assessment", "catalogue", "goodpractice.accounts", "tests"},
    "goodpractice": {"tests"},
}
PLACES = {
    "assessment": [
        {"urls"},
        {"admin", "board_jobs", "demonstration", "management", "templatetags", "views"},
        {"copying", "correcting", "drafting", "schedule", "workflow"},
        {"..."},
        {"models"},
        {"querysets"},
    ],
    "catalogue": [
        {"urls"},
        {"admin", "feeds", "management", "sitemaps", "templatetags", "views"},
        {"loading", "publishing"},
        {"..."},
        {"models"},
        {"querysets"},
    ],
}
"""Each application from the top down; ``...`` is whatever is not named."""


def modules(package):
    """Return the modules of ``package`` with their paths, without migrations."""
    paths = sorted(ROOT.joinpath(*package.split(".")).rglob("*.py"))
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {names[path].removesuffix(".__init__"): path for path in paths if "migrations" not in path.parts}


def nodes(path):
    """Yield the statements that run, not those under ``if TYPE_CHECKING``."""
    waiting = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        yield node
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            waiting += ast.iter_child_nodes(node)


def imports(path):
    """Return the names of the modules that the module imports, and of what it takes from them."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def arrows(package):
    """Return for each module of ``package`` those of its modules that it imports."""
    known = modules(package)
    found = {}
    for name, path in known.items():
        targets = {target if target in known else target.rpartition(".")[0] for target in imports(path)}
        found[name] = (targets & set(known)) - {name}
    return found


def place(name):
    package, part = name.split(".")[:2]
    places = PLACES[package]
    return next((number for number, parts in enumerate(places) if part in parts), places.index({"..."}))


@pytest.mark.parametrize("package", FORBIDDEN)
def test_rooms_import_only_the_rooms_below(package):
    wrong = [
        f"{name} imports {target}"
        for name, path in modules(package).items()
        for target in imports(path)
        if any(f"{target}.".startswith(f"{other}.") for other in FORBIDDEN[package])
    ]

    assert wrong == []


@pytest.mark.parametrize("package", PLACES)
def test_application_imports_only_downwards(package):
    found = arrows(package)
    wrong = [
        f"{name} imports {target}"
        for name in found.keys() - {package}
        for target in found[name] - {package}
        if place(target) < place(name)
    ]

    assert wrong == []


@pytest.mark.parametrize("package", ["assessment", "catalogue", "goodpractice"])
def test_imports_make_no_circle(package):
    """Take away, again and again, the modules whose imports are all taken away."""
    waiting = arrows(package)
    while done := {name for name, targets in waiting.items() if not targets & waiting.keys()}:
        waiting = {name: targets for name, targets in waiting.items() if name not in done}

    assert waiting == {}


def test_imports_stand_at_the_top():
    """Inside a function an import hides an arrow, or a circle."""
    wrong = [
        f"{name}:{inner.lineno}"
        for package in ("assessment", "catalogue", "goodpractice")
        for name, path in modules(package).items()
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert wrong == []


def test_development_lock_contains_the_other_one():
    """``bin/demo`` takes an environment that ``bin/test`` installed."""

    def pins(name):
        return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_names_no_address_and_has_hashes(name):
    text = (ROOT / name).read_text()
    packages = re.findall(r"^\S+==[^\n]*\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)

    assert len(packages) == len(re.findall(r"^\S+==", text, re.MULTILINE))
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", text) == []


def test_template_comments_stay_on_one_line():
    """A comment over two lines is no comment to Django: the reader would see it."""
    opened = {
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text().splitlines()
        if line.count("{#") != line.count("#}")
    }

    assert opened == set()


def test_templates_write_moments_as_html_takes_them():
    """``date:"c"`` writes six digits after the second, HTML allows three."""
    wrong = [path.name for path in (ROOT / "templates").rglob("*.html") if 'date:"c"' in path.read_text()]

    assert wrong == []
