"""The house's own lints: each takes the text of a file and tells what is wrong with it, a line a finding."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

MOST_LINES = 300
MOST_STATEMENTS = 40

# A broad except is allowed at the edges where a defect must not end the process, each with its reason on the line.
BROAD_EXCEPTS = ("kit/tasks.py", "web/app.py", "cli/__init__.py", "cli/main.py", "__main__.py")
PRINTERS = ("cli/", "__main__.py")
FORBIDDEN_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "shared_utils"})

# Who may import what, by the beginning of the path below src/alistach.
DRIVERS = {
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "sqlite3": ("storage/cache/",),
    "redis": ("storage/shared.py",),
    "aiohttp": ("openplatform/transport.py", "sandbox/"),
}

# The sandbox's well-known credentials and those of the published signature vectors: nobody's secrets.
DOCUMENTED_SECRETS = frozenset({"sandbox-secret-0123456789abcdef", "helloworld", "testsecret"})
_SECRET = re.compile(
    r"""(?ix) [\w-]* (?:secret|password|passwd|token|api_?key|admin_?key|private_?key) [\w-]* ["']? \s* [:=]+ \s*
        ["'] (?P<value> [A-Za-z0-9+/_=.-]{12,}) ["']"""
)
_SECRET_FILE = re.compile(
    r"(?im)^ (?:export\s+)? [A-Z_]* (?:SECRET|PASSWORD|TOKEN|API_KEY) = (?P<value>[^\s'\"$<]{12,}) $", re.VERBOSE
)
_KNOWN_SECRETS = re.compile(r"AKIA[0-9A-Z]{16}|ghp_\w{30,}|github_pat_\w{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----")
_PLAINLY_FAKE = re.compile(r"(?i)test|sandbox|example|fake|wrong|dummy|another|stranger|your|unknown")

# Dots in brackets, so that this file is not its own finding.
_MACHINE_PATHS = re.compile(r"[.][.]/shared|(?<![\w.~/-])/(?:work|root|home/\w+)/")
_REGISTRIES = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|crates[.]io|deb[.]debian[.]org")

_MUTABLE = frozenset({"dict", "list", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"})


def long_module(source: str) -> Iterator[str]:
    """A module says one thing."""
    if (lines := len(source.splitlines())) > MOST_LINES:
        yield f"{lines} lines, more than {MOST_LINES}: split it by noun"


def long_functions(source: str) -> Iterator[str]:
    """A function does one thing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            statements = sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
            if statements > MOST_STATEMENTS:
                yield f"{node.lineno}: {node.name} has {statements} statements, more than {MOST_STATEMENTS}"


def broad_excepts(source: str, path: str) -> Iterator[str]:
    """Catch what can be handled, else let it pass."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler) or not _is_broad(node.type):
            continue
        if path not in BROAD_EXCEPTS:
            yield f"{node.lineno}: a broad except"
        elif not _reason(lines[node.lineno - 1]):
            yield f"{node.lineno}: a broad except without its reason on the line"


def prints(source: str, path: str) -> Iterator[str]:
    """Only the command line speaks to a terminal."""
    if path.startswith(PRINTERS):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{node.lineno}: print"


def status_sets(source: str) -> Iterator[str]:
    """A test knows which status it expects."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Compare)
            and any(isinstance(operator, ast.In) for operator in node.ops)
            and "status" in ast.unparse(node.left)
            and any(isinstance(other, ast.List | ast.Tuple | ast.Set) for other in node.comparators)
        ):
            yield f"{node.lineno}: any of several statuses will do"


def foreign_drivers(source: str, path: str) -> Iterator[str]:
    """Databases and HTTP have one room each."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            rooms = DRIVERS.get(name.split(".")[0])
            if rooms is not None and not path.startswith(rooms):
                yield f"{node.lineno}: imports {name}, which only {' and '.join(rooms)} may"


def forbidden_name(path: str) -> Iterator[str]:
    """A module is a noun of its own."""
    for part in path.removesuffix(".py").split("/"):
        if part in FORBIDDEN_NAMES:
            yield f"'{part}' says nothing of what is in it"


def mutable_state(source: str) -> Iterator[str]:
    """State is built in the gateway and passed by constructor."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_mutable(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
            for target in targets:
                name = ast.unparse(target)
                if not (re.fullmatch(r"_*[A-Z][A-Z0-9_]*|__all__", name) or annotation.startswith("Final")):
                    yield f"{node.lineno}: {name} can change"
    for inner in ast.walk(tree):
        if isinstance(inner, ast.Global):
            yield f"{inner.lineno}: global {', '.join(inner.names)}"


def machine_paths(source: str) -> Iterator[str]:
    """A stranger's clone has none of this machine's folders."""
    yield from _matches(_MACHINE_PATHS, source)


def registry_hosts(source: str) -> Iterator[str]:
    """The project installs from any mirror."""
    yield from _matches(_REGISTRIES, source)


def secrets(source: str) -> Iterator[str]:
    """No secret is written down."""
    for number, line in enumerate(source.splitlines(), 1):
        if _KNOWN_SECRETS.search(line):
            yield f"{number}: a secret"
        for found in (_SECRET.search(line), _SECRET_FILE.search(line)):
            if found and _looks_secret(found["value"]):
                yield f"{number}: what looks like a secret"


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(ast.unparse(part) in {"Exception", "BaseException"} for part in parts)


def _reason(line: str) -> str:
    comment = line.partition("#")[2]
    return re.sub(r"noqa(:\s*[A-Z0-9, ]+)?|[^a-z]", "", comment)


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).split(".")[-1] in _MUTABLE
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp)


def _matches(pattern: re.Pattern[str], source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if found := pattern.search(line):
            yield f"{number}: {found[0]}"


def _looks_secret(value: str) -> bool:
    return (
        value not in DOCUMENTED_SECRETS
        and not _PLAINLY_FAKE.search(value)
        and bool(re.search(r"\d", value))
        and bool(re.search(r"[A-Za-z]", value))
    )
