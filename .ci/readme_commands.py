"""Checks that make targets, commands, files and settings named in the documentation exist."""

import re
import sys
from pathlib import Path

from bot.cli import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent


def faults() -> list[str]:
    """One line for each name without a counterpart."""
    found: list[str] = []
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in ("README.md", "ARCHITECTURE.md", "docs/decisions.md", "ml/README.md"):
        text = (ROOT / page).read_text("utf-8")
        for target in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)$", text, re.MULTILINE):
            if "".join(target) not in targets:
                found.append(f"{page}: no make target {''.join(target)}")
        for command in re.findall(r"`(?:\.venv/bin/)?samewave ([a-z-]+)", text):
            if command not in COMMANDS:
                found.append(f"{page}: no command samewave {command}")
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
            if not (ROOT / page).parent.joinpath(link).exists():
                found.append(f"{page}: no file {link}")
    named = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    fields = {
        str(field.validation_alias or f"SAMEWAVE_{name}".upper())
        for name, field in Settings.model_fields.items()
    }
    found += [f"README.md: setting {name} is not explained" for name in sorted(fields - named)]
    found += [f"README.md: there is no setting {name}" for name in sorted(named - fields)]
    return found


if __name__ == "__main__":
    trouble = faults()
    print("\n".join(trouble) or "README and ARCHITECTURE name only what exists.")
    sys.exit(bool(trouble))
