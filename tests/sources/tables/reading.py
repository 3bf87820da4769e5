"""Reads whole tables for tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cleaning import Skipped, add_up
from bot.sources.tables.plan import ReadOptions, Survey
from bot.sources.tables.table import DEFAULT_OPTIONS, open_table


@dataclass(frozen=True)
class Read:
    """All of a table."""

    plan: Survey
    tracks: list[dict[str, Any]]
    labels: list[list[tuple[str, str]]]
    skipped: tuple[Skipped, ...]

    @property
    def said(self) -> str:
        return "\n".join([*self.plan.notes, *map(str, self.skipped)])


def read(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> Read:
    tracks: list[dict[str, Any]] = []
    labels: list[list[tuple[str, str]]] = []
    skipped: list[Skipped] = []
    with open_table(path, options) as table:
        for chunk in table.chunks(estimate=lambda features: np.nan_to_num(features, nan=0.5)):
            first = len(tracks)
            tracks += chunk.tracks.to_pylist()
            labels += [[] for _ in range(chunk.tracks.num_rows)]
            for label in chunk.labels.to_pylist():
                labels[first + label["position"]].append((label["kind"], label["name"]))
            skipped += chunk.skipped
        found = Read(table.plan, tracks, labels, add_up(skipped))
    assert found.plan.rows == len(tracks) + sum(some.count for some in found.skipped)
    return found


def refusal(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> str:
    with pytest.raises(UnreadableTable) as caught:
        read(path, options)
    return str(caught.value)
