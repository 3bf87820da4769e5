"""Imported explicit and unrated songs, where explicit songs are not allowed."""

from pathlib import Path
from typing import Any

import pytest

from bot.model_building import open_maintenance
from bot.settings import Settings
from tests.sources.tables.fictional import csv_file, song
from tests.support.reading import is_sentence, picked, press
from tests.support.settings import settings_for
from tests.support.world import open_world

CASES = Path(__file__).parents[1] / "sources" / "tables" / "cases"


async def made_of(tmp_path: Path, *tables: Path, **changes: Any) -> Settings:
    """A state with a catalogue of these tables and its model."""
    settings = settings_for(tmp_path / "state", explicit="never", **changes)
    async with open_maintenance(settings) as maintenance:
        for table in tables:
            await maintenance.import_catalogue(table)
        await maintenance.train(clusters=2, seed=1, progress=lambda stage, done: None)
    return settings


def clean_songs(folder: Path, **changed: Any) -> Path:
    """Songs that sound as the explicit ones of the cases do."""
    rows = [
        song(
            n,
            title=f"Gentle Word {n}",
            artists=[f"Whisperer {n}"],
            danceability=0.9,
            energy=0.9,
            tempo=100 + n / 10,
            **changed,
        )
        for n in range(40)
    ]
    return csv_file(folder / "clean.csv", rows)


@pytest.mark.parametrize("name", ["21_is_explicit.csv", "40_is_explicit_many.csv", "44_explicit_control.csv"])
async def test_no_explicit_song_of_an_import_is_ever_an_answer(tmp_path: Path, name: str) -> None:
    settings = await made_of(tmp_path, clean_songs(tmp_path), CASES / name)
    async with open_world(settings) as world:
        answer = await world.say(world.friend, "!recommend Gentle Word 1")
        for _ in range(25):
            track = await picked(world, answer)
            assert track.explicit is False
            assert track.title.startswith("Gentle Word")
            answer = await press(world, world.listener, answer, "Another")


async def test_songs_of_unknown_rating_are_no_answers_and_the_answer_says_why(tmp_path: Path) -> None:
    settings = await made_of(tmp_path, clean_songs(tmp_path, explicit=""))
    async with open_world(settings) as world:
        for command in ("recommend", "similar", "playlist", "radio"):
            answer = await world.say(world.friend, f"!{command} Gentle Word 1")
            assert is_sentence(answer), command
            assert "Explicit songs are not allowed here" in str(answer.embeds or answer.content), command


async def test_a_host_can_say_that_songs_of_unknown_rating_are_clean(tmp_path: Path) -> None:
    settings = await made_of(
        tmp_path, clean_songs(tmp_path, explicit=""), CASES / "40_is_explicit_many.csv", unrated="clean"
    )
    async with open_world(settings) as world:
        answer = await world.say(world.friend, "!recommend Gentle Word 1")
        for _ in range(25):
            track = await picked(world, answer)
            assert track.explicit is None
            answer = await press(world, world.listener, answer, "Another")
