"""Catalogue files in tests: found, looked into, made of a few songs."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bot.storage.catalogue.building import ImportedRows
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.incoming import GIVEN


def catalogue_file(state: Path) -> Path:
    """The file of the current catalogue."""
    file = CatalogueFolder(state / "catalogues").current_file()
    assert file is not None
    return file


def in_catalogue(state: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Query the current catalogue through another connection."""
    with closing(sqlite3.connect(catalogue_file(state))) as connection:
        return connection.execute(sql, parameters).fetchall()


@contextmanager
def spoiling(state: Path) -> Iterator[sqlite3.Connection]:
    """Change the catalogue file before it is opened; its digest no longer matches."""
    with closing(sqlite3.connect(catalogue_file(state))) as connection, connection:
        yield connection


def add_songs(
    catalogues: CatalogueFolder,
    tracks: Sequence[dict[str, Any]],
    labels: Sequence[tuple[int, str, str]] = (),
    *,
    digest: str = "a table",
) -> ImportedRows:
    """Import cleaned songs into the current catalogue, as a table of that digest.

    Args:
        labels: of each the place of its song, kind and name.
    """
    present = catalogues.current()
    builder = catalogues.builder()
    try:
        if present:
            builder.begin_with(catalogues.file(present), present)
        builder.add(
            len(tracks),
            {name: [track[name] for track in tracks] for name in GIVEN},
            {name: [label[at] for label in labels] for at, name in enumerate(("position", "kind", "name"))},
        )
        counts = builder.counts()
        if counts.new or counts.completed:
            builder.note_import(digest, "table.csv")
            builder.finish()
            catalogues.put_in_force()
    finally:
        builder.close()
    return counts


def songs_in(state: Path) -> list[tuple[str, str, str]]:
    """Id, title and first artist of the best known songs."""
    rows = in_catalogue(state, "SELECT id, title, artists FROM tracks ORDER BY popularity DESC LIMIT 1500")
    return [(track, title, json.loads(artists)[0]) for track, title, artists in rows]
