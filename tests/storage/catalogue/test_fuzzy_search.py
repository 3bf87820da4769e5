import string
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.titles import title_key
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.fuzzy_search import SPOILT, rarest_query, typo_query
from bot.storage.catalogue.tracks import Tracks
from bot.storage.catalogue.trigrams import trigrams
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.fetched_songs import FetchedSongs

WORDS = st.text(string.ascii_lowercase + " ", min_size=6, max_size=40).map(str.split).map(" ".join)


def typos(title: str, at: int, letter: str) -> set[str]:
    return {
        title[:at] + letter + title[at:],
        title[:at] + title[at + 1 :],
        title[:at] + letter + title[at + 1 :],
        title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :],
    }


@given(WORDS.filter(lambda title: len(title) >= 6), st.data())
def test_a_typo_leaves_one_of_the_searched_sets_of_trigrams_intact(title: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(title) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    there = set(trigrams(title))
    for typed in typos(title, at, letter):
        searched = trigrams(typed)
        asked = typo_query(searched, dict.fromkeys(there, 1))
        assert len(set(searched) - there) <= SPOILT
        sets = [
            {piece.strip('"') for piece in part.strip("()").split(" AND ")} for part in asked.split(" OR ")
        ]
        assert any(some <= there for some in sets)


def test_trigrams_that_no_title_has_are_not_searched() -> None:
    assert typo_query(["abc"], {}) == rarest_query(["abc"], {}) == ""
    assert rarest_query(['a"b', "abc"], {'a"b': 1}) == '"a""b"'


async def test_misspelt_titles_are_found(made_state: Path, tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path / "state.db")
    try:
        tracks = Tracks(CatalogueFolder(made_state / "catalogues").open(), FetchedSongs(database))
        rng = np.random.default_rng(1)
        keys = {title_key(track.title) for track in await tracks.popular(300)}
        found = asked = 0
        for title in sorted(key for key in keys if len(key) >= 6):
            typed = sorted(typos(title, int(rng.integers(len(title))), "q"))[int(rng.integers(4)) - 4 :][0]
            alike = await tracks.alike(typed, at_least=0.0, enough=60)
            found += title in [title_key(track.title) for track in alike[:5]]
            asked += 1
        assert asked > 150
        assert found / asked >= 0.95
        assert await tracks.alike("", at_least=0.0, enough=60) == []
        half = await tracks.alike("bohemain rhap", at_least=0.0, enough=60)
        assert title_key(half[0].title) == "bohemianrhapsody"
    finally:
        await database.close()
