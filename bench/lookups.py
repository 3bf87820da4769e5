"""Song look-ups, compared with SQLite and rapidfuzz without an index."""

import string
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from bench.figure import Figure
from bench.size import Size
from bench.timing import each_timed, percentile
from bot.domain.errors import SongNotFound
from bot.domain.recommendations import Choice
from bot.domain.titles import base_title, title_key
from bot.domain.tracks import Track
from bot.services.model_store import ServingStore
from bot.services.scope import Scope
from bot.services.search.autocomplete import Suggest
from bot.services.search.external_lookup import ExternalLookup
from bot.services.search.resolve import ResolveSong
from bot.services.search.unfound import Unfound
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.charts import Charts
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.fetched_songs import FetchedSongs
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.unfound_songs import UnfoundSongs

Ask = Callable[[str], Awaitable[list[str]]]
TITLES = 1_000
HELD_OUT = (2, 3)
"""Seeds of slips in other titles than those that the search was made with."""
SLOW_ONES = 5
"""Questions put to the baselines: one takes a good part of a second."""
LIKE = "SELECT row FROM tracks WHERE title LIKE ? ORDER BY popularity DESC LIMIT 25"
RANKED = "SELECT rowid FROM track_words WHERE track_words MATCH ? ORDER BY rank LIMIT 25"


async def lookup_speed(size: Size) -> AsyncIterator[Figure]:
    """Exact titles, artists with titles, misspelt titles, beginnings; seeded."""
    database = await SqliteDatabase.open(size.state / "state.db")
    try:
        fetched = FetchedSongs(database)
        serving = ServingStore(size.state / "models", CatalogueFolder(size.state / "catalogues"), fetched)
        await serving.open_catalogue()
        tracks, catalogue = serving.current().tracks, serving.current().tracks.catalogue
        nobody = ExternalLookup(fetched, UnknownSongs(database), None, None, None, None, seconds=1.0)
        unfound = Unfound(UnfoundSongs(database), NamedSongs(database))
        resolve = ResolveSong(Charts(database), nobody, unfound)
        scope = Scope(serving.current())
        rng = np.random.default_rng(1)
        [(last,)] = await catalogue.fetch("SELECT max(row) FROM tracks")
        rows = rng.choice(np.arange(1, last + 1), min(last, 4 * TITLES), replace=False).tolist()
        songs = [
            song for at in range(0, len(rows), 500) for song in await tracks.by_rows(rows[at : at + 500])
        ]

        async def titles_of(text: str) -> list[str]:
            try:
                found = await resolve(text, scope)
            except SongNotFound as error:
                return [song.title for song in error.nearest]
            return [song.title for song in (found.songs if isinstance(found, Choice) else [found])]

        async for figure in _exact(size, catalogue, titles_of, songs[:TITLES]):
            yield figure
        async for figure in _misspelt(size, catalogue, titles_of, songs, rng):
            yield figure
        async for figure in _prefixes(size, catalogue, Suggest(serving), songs, rng):
            yield figure
    finally:
        await database.close()


async def _exact(size: Size, catalogue: Catalogue, ask: Ask, songs: Sequence[Track]) -> AsyncIterator[Figure]:
    async def like(song: Track) -> None:
        await catalogue.fetch(LIKE, [f"%{song.title}%"])

    theirs = percentile(await each_timed(like, songs[:SLOW_ONES]), 0.5)
    asked = {
        "exact title": [base_title(song.title) for song in songs],
        "artist and title": [f"{song.artists[0]} - {base_title(song.title)}" for song in songs],
    }
    for kind, texts in asked.items():
        taken = await each_timed(ask, texts)
        ratio = theirs / percentile(taken, 0.5)
        yield size.figure(
            f"{kind}",
            ratio,
            "× faster",
            f"SQLite LIKE '%…%': {theirs * 1e3:.1f} ms; ours {percentile(taken, 0.5) * 1e3:.3f} ms (medians)",
            "≥ 500 × faster",
            ratio >= 500,
            percentile(taken, 0.5),
        )
        yield _p99(size, kind, taken, 2.0)


async def _misspelt(
    size: Size, catalogue: Catalogue, ask: Ask, songs: Sequence[Track], rng: np.random.Generator
) -> AsyncIterator[Figure]:
    titles = [base_title(song.title) for song in songs if len(title_key(song.title)) >= 6]
    asked = [(_typo(title, rng), title_key(title)) for title in titles[:TITLES]]
    taken, share = await _found(ask, asked)
    everything = [title for (title,) in await catalogue.fetch("SELECT title_key FROM tracks")]

    async def compare(question: tuple[str, str]) -> None:
        process.extract(title_key(question[0]), everything, scorer=fuzz.ratio, limit=5)

    theirs = percentile(await each_timed(compare, asked[:SLOW_ONES]), 0.5)
    mine = percentile(taken, 0.5)
    yield size.figure(
        "misspelt title",
        theirs / mine,
        "× faster",
        f"rapidfuzz over all titles: {theirs * 1e3:.0f} ms; ours {mine * 1e3:.2f} ms (medians)",
        "≥ 50 × faster",
        theirs / mine >= 50,
        mine,
    )
    yield _share(size, "misspelt title found", share, asked)
    others = [
        (_typo(title, other), title_key(title))
        for turn, other in enumerate(map(np.random.default_rng, HELD_OUT), start=1)
        for title in titles[turn * TITLES : (turn + 1) * TITLES]
    ]
    _, share = await _found(ask, others)
    yield _share(size, "misspelt title found, other titles and seeds", share, others)


async def _found(ask: Ask, asked: Sequence[tuple[str, str]]) -> tuple[list[float], float]:
    """The time of each query, and the share in percent whose title is among the first five."""
    found = 0

    async def look(question: tuple[str, str]) -> None:
        nonlocal found
        found += question[1] in {title_key(title) for title in (await ask(question[0]))[:5]}

    taken = await each_timed(look, asked)
    return taken, 100 * found / len(asked)


def _share(size: Size, what: str, share: float, asked: Sequence[tuple[str, str]]) -> Figure:
    questions = f"{len(asked):,} seeded single edits of titles of 6 letters and more, among the first five"
    return size.figure(what, share, "%", questions, "≥ 95 %", share >= 95)


async def _prefixes(
    size: Size, catalogue: Catalogue, suggest: Suggest, songs: Sequence[Track], rng: np.random.Generator
) -> AsyncIterator[Figure]:
    typed = ["the", "lo", "a"] + [
        song.title[:letters] for song in songs[:TITLES] for letters in [int(rng.integers(1, 9))]
    ]
    taken = await each_timed(suggest, typed)

    async def ranked(text: str) -> None:
        await catalogue.fetch(RANKED, [f'"{text}" *'])

    broad = ("the", "lo", "a")
    theirs = percentile(await each_timed(ranked, broad), 0.5)
    mine = percentile(await each_timed(suggest, 20 * broad), 0.5)
    for text in broad:
        shown = [track.popularity or 0 for track in await suggest(text)]
        if shown != sorted(shown, reverse=True):
            raise SystemExit(f"suggestions for {text!r} are not in order of popularity")
    yield size.figure(
        "autocomplete, the, lo, a",
        theirs / mine,
        "× faster",
        f"FTS5 ordered by rank: {theirs * 1e3:.1f} ms; ours {mine * 1e3:.2f} ms (medians), popular first",
        "≥ 50 × faster",
        theirs / mine >= 50,
        mine,
    )
    yield _p99(size, "autocomplete, 1 to 8 letters", taken, 5.0)


def _p99(size: Size, what: str, taken: list[float], most: float) -> Figure:
    slow = percentile(taken, 0.99) * 1e3
    questions = f"{len(taken):,} seeded questions, CPU"
    return size.figure(f"{what}, p99", slow, "ms", questions, f"≤ {most:g} ms", slow <= most, slow)


def _typo(title: str, rng: np.random.Generator) -> str:
    """One letter added, lost, changed, or changed places with the next."""
    at = int(rng.integers(len(title)))
    letter = string.ascii_lowercase[int(rng.integers(26))]
    kinds = (
        title[:at] + letter + title[at:],
        title[:at] + title[at + 1 :],
        title[:at] + letter + title[at + 1 :],
        title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :],
    )
    return kinds[int(rng.integers(len(kinds)))]
