"""Extracts all texts for people and updates the translations; `--check` only reports what is missing.

Texts are the arguments of `translate("…")`, `translate.plural("…", "…", n)`, `marked("…")` and of errors for
people, in code and page templates, and the docstrings and descriptions of commands.
"""

import ast
import asyncio
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from discord import app_commands
from jinja2 import Environment, nodes

from bot.client.bot import Samewave
from bot.client.extensions import add_extensions
from bot.domain import errors
from bot.i18n.translator import DOMAIN, TRANSLATIONS
from bot.web.templating import TEMPLATES
from ml.features import FEATURE_WORDS

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "bot/client",
    "bot/domain",
    "bot/i18n",
    "bot/presentation",
    "bot/services",
    "bot/sources/charts",
    "bot/storage",
    "bot/web",
    "cogs",
)
LANGUAGES = ("de", "es", "fr", "ja", "pl", "pt")
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""A constant date, so that the files change only with the texts."""

SPOKEN = {"translate", "_translate", "marked", "translator_of()", "translator_for()"} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.SamewaveError)
}
"""Functions whose first argument is a text."""
SPOKEN_IN = {"errors.py": {"__init__"}}
"""The same, in one file only."""
LONGEST = 100
BESIDE = f"Beside a slash command: at most {LONGEST} characters."
"""Discord refuses all commands when one description is longer."""


def main() -> int:
    """Return the exit code: 1 if a check found a fault."""
    template = gathered()
    faults = [fault for language in LANGUAGES for fault in bring_up_to_date(language, template)]
    for fault in faults:
        print(fault)
    return 1 if faults and "--check" in sys.argv else 0


def gathered() -> Catalog:
    """All texts in English."""
    catalog = Catalog(locale=None, domain=DOMAIN, creation_date=UNDATED, revision_date=UNDATED)
    files = {file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")}
    for file in sorted(files):
        for text in texts_in(file):
            catalog.add(text)
    for template in sorted(TEMPLATES.glob("*.html")):
        for text in texts_in_template(template):
            catalog.add(text)
    for word in chain.from_iterable(FEATURE_WORDS.values()):
        catalog.add(word)
    for spoken, beside in asyncio.run(spoken_by_commands()).items():
        catalog.add(spoken, auto_comments=[BESIDE] if beside else [])
    return catalog


def texts_in(file: Path) -> Iterator[str | tuple[str, str]]:
    """The texts of a file, with both forms of a plural; no f-strings, which cannot be translated."""
    spoken = SPOKEN | SPOKEN_IN.get(file.name, set())
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="plural"),
                args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), _],
            ):
                yield one, many
            case ast.Call(func=called, args=[ast.Constant(value=str(text)), *_]) if _name(called) in spoken:
                yield text


def texts_in_template(file: Path) -> Iterator[str | tuple[str, str]]:
    """The texts of a page template."""
    for call in Environment(autoescape=True).parse(file.read_text("utf-8")).find_all(nodes.Call):
        match call:
            case nodes.Call(
                node=nodes.Getattr(attr="plural"), args=[nodes.Const(value=one), nodes.Const(value=many), _]
            ):
                yield one, many
            case nodes.Call(node=nodes.Name(name="translate"), args=[nodes.Const(value=text)]):
                yield text


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner):
            return f"{_name(inner)}()"
    return ""


async def spoken_by_commands() -> dict[str, bool]:
    """Docstrings of commands, and (True) the descriptions of slash commands and their options."""
    bot = Samewave(cast("Any", None), prefix="!")
    await add_extensions(bot)
    texts: dict[str, bool] = {}
    for command in bot.walk_commands():
        texts |= dict.fromkeys((command.short_doc, command.help or ""), False)
    for slash in bot.tree.walk_commands():
        texts |= dict.fromkeys(_beside(slash), True)
    return {text: beside for text, beside in texts.items() if text.strip("… ")}


def _beside(command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> Iterator[str]:
    yield command.description
    if isinstance(command, app_commands.Command):
        for parameter in command.parameters:
            yield str(parameter.description)
            yield from (choice.name for choice in parameter.choices)


def bring_up_to_date(language: str, template: Catalog) -> Iterator[str]:
    """Update the files of a language, or only check them; returns their faults."""
    folder = TRANSLATIONS / language / "LC_MESSAGES"
    po, mo = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
    written = po.read_bytes() if po.exists() else b""
    catalog = read_po(BytesIO(written), locale=language, domain=DOMAIN)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = UNDATED
    compiled = BytesIO()
    write_mo(compiled, catalog)
    if "--check" not in sys.argv:
        folder.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as stream:
            write_po(stream, catalog, no_location=True, omit_header=True, sort_output=True, width=100)
        if not mo.exists() or _texts_of(mo.read_bytes()) != _texts_of(compiled.getvalue()):
            mo.write_bytes(compiled.getvalue())
    for message in catalog:
        if message.id:
            yield from (f"{po}: {fault}: {message.id!r}" for fault in faults_of(message))
    if not mo.exists() or _texts_of(mo.read_bytes()) != _texts_of(compiled.getvalue()):
        yield f"{mo} is not what {po} says; run `make texts`"


def _texts_of(compiled: bytes) -> dict[str, Any]:
    """The translations in a .mo file, without its header, which names Babel's version."""
    return {repr(message.id): message.string for message in read_mo(BytesIO(compiled)) if message.id}


def faults_of(message: Message) -> Iterator[str]:
    """The faults of one translation."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    texts = [text for text in strings if text]
    if len(texts) < len(strings):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked as fuzzy, so that readers get the English text"
    wanted = _values(message.id[-1] if isinstance(message.id, tuple | list) else message.id)
    if any(_values(text) != wanted for text in texts):
        yield "other values than in English"
    if BESIDE in message.auto_comments and any(len(text) > LONGEST for text in texts):
        yield f"longer than {LONGEST} characters"


def _values(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


if __name__ == "__main__":
    sys.exit(main())
