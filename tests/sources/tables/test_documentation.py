"""`docs/tables.md` prints the same synonyms that the code reads by."""

from pathlib import Path

import pytest

from bot.sources.tables.roles import REQUIRED, ROLES, find_columns
from ml.features import FEATURE_NAMES

PAGE = Path(__file__).parents[3] / "docs" / "tables.md"


def columns_table() -> str:
    lines = ["| role | needed | column names |", "|---|---|---|"]
    for role in ROLES:
        needed = "yes" if role.name in REQUIRED or role.name in FEATURE_NAMES else ""
        names = ", ".join(f"`{name}`" for name in role.synonyms)
        lines.append(f"| {role.name} | {needed} | {names} |")
    return "\n".join(lines) + "\n"


def test_the_page_prints_every_role_and_synonym() -> None:
    _, _, rest = PAGE.read_text("utf-8").partition("<!-- columns -->\n")
    printed, _, _ = rest.partition("<!-- end of columns -->")
    assert printed == columns_table(), "put columns_table() between the marks of docs/tables.md"


@pytest.mark.parametrize(("role", "name"), [(role.name, name) for role in ROLES for name in role.synonyms])
def test_each_synonym_tells_its_role(role: str, name: str) -> None:
    assert role in find_columns([name]).of or (role, name) in {("release", "Release"), ("release", "release")}
