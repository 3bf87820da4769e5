"""Project rules that no linter checks."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cogs", "ml")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for file in FILES
    if file.name != "__main__.py"
]

LONGEST_FILE = 300

IMPORT_ALL = """
import builtins, importlib, os, socket, sqlite3, subprocess, sys, threading

def own_caller():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("importlib") or name.startswith("_frozen"):
            return None
        if name.split(".")[0] in ("bot", "cogs", "ml"):
            return name
        frame = frame.f_back

def watch(owner, name):
    real = getattr(owner, name)
    def watched(*arguments, **named):
        if (who := own_caller()) is not None:
            print(f"{who} calls {owner.__name__}.{name} while it is imported")
        return real(*arguments, **named)
    setattr(owner, name, watched)

for owner, name in [(socket, "create_connection"), (sqlite3, "connect"), (subprocess, "Popen"),
                    (builtins, "open")]:
    watch(owner, name)

class Watched(dict):
    def __getitem__(self, key):
        ours = key.startswith((b"SAMEWAVE_", b"DISCORD_", b"SPOTIPY_"))
        if ours and (who := own_caller()) is not None:
            print(f"{who} reads the environment while it is imported: {key}")
        return super().__getitem__(key)

os.environ._data = Watched(os.environ._data)
for module in sys.argv[1:]:
    importlib.import_module(module)
print("threads:", *sorted(t.name for t in threading.enumerate()))
"""


def test_importing_every_module_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *MODULES],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SAMEWAVE_CLUSTERS": "nonsense",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["threads: MainThread"]
    assert not list(tmp_path.iterdir())


def test_imports_follow_the_layers() -> None:
    lint = shutil.which("lint-imports", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if lint is None:
        pytest.skip("needs import-linter")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_file_is_short_and_well_named() -> None:
    vague = ("helpers", "helper", "misc", "util", "utils", "common")
    long = [named(file) for file in FILES if len(file.read_text("utf-8").splitlines()) > LONGEST_FILE]
    assert long == []
    assert [named(file) for file in FILES if file.stem in vague] == []


def test_no_date_is_formatted_in_a_way_that_fails_on_windows() -> None:
    assert [named(file) for file in FILES if re.search(r"%-[dmHIMSjy]", file.read_text("utf-8"))] == []


def test_no_bare_except_and_none_that_swallows() -> None:
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                swallows = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
                wide = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
                if node.type is None or (swallows and wide):
                    found.append(f"{named(file)}:{node.lineno}")
    assert found == []


def test_no_module_holds_an_instance_of_the_bot_or_the_settings() -> None:
    unwanted = ("Settings", "Samewave", "Bot", "Database", "ClientSession")
    found = []
    for file in FILES:
        for node in ast.parse(file.read_text("utf-8")).body:
            value = getattr(node, "value", None)
            if (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and isinstance(value, ast.Call)
                and ast.unparse(value.func).split(".")[-1] in unwanted
            ):
                found.append(f"{named(file)}:{node.lineno}")
    assert found == []


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def environment_name(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"SAMEWAVE_{field.upper()}"


def test_the_readmes_table_has_every_setting_and_no_other() -> None:
    rows = re.findall(
        r"^\|\s*`([A-Z][A-Z0-9_]*)`\s*\|([^|]*)\|([^|]+)\|$", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert sorted(name for name, _, _ in rows) == sorted(map(environment_name, Settings.model_fields))
    assert all(meaning.strip() for _, _, meaning in rows)


def test_every_setting_of_the_example_file_exists() -> None:
    example = ROOT / ".env.example"
    named = re.findall(r"^#?\s*([A-Z][A-Z0-9_]+)=", example.read_text("utf-8"), re.M)
    assert named
    assert set(named) <= set(map(environment_name, Settings.model_fields))


def test_every_setting_has_a_description_in_the_readme() -> None:
    assert all(field.description for field in Settings.model_fields.values())
