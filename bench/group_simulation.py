"""Simulates sessions: each simulated person is one real playlist.

`python -m bench.group_simulation FILE` takes a table with playlists and sub-genres. Half of the artists are
learned from; sessions are played with the songs of the other half, so nothing was learned from what is asked.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bot.domain.session_moves import begun, joined
from bot.domain.sessions import Pick, Session, SessionSong
from bot.services.sessions.drawing import DRAWS
from bot.services.sessions.planner import ARTIST_REST, CHOSEN_NEAR
from bot.sources.tables.labelled import read_labelled_songs
from ml.evaluation.protocol import artist_splits
from ml.evaluation.songs import merge_versions
from ml.model.training import train
from ml.serving.bundle import Bundle
from ml.serving.catalogue_arrays import BEST, lay_out
from ml.serving.group_taste import GroupTaste
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded
from ml.serving.song_map import SongMap
from ml.songs import LabelledSongs

PEOPLE, SONGS, KNOWN = 5, 30, 5
"""People of a session, songs it plays, songs of each one's playlist that the bot is told."""
Choose = Callable[[Session, int], int | None]


@dataclass(frozen=True)
class Listener:
    """A playlist as a person: its rows, the few known to the bot, its sub-genres."""

    own: frozenset[int]
    known: tuple[int, ...]
    likes: frozenset[str]


@dataclass(frozen=True)
class World:
    """Held-out songs, the model's view of them, and playlists with their sub-genres and genres."""

    songs: LabelledSongs
    recommender: Recommender
    playlists: tuple[frozenset[int], ...]
    likes: tuple[frozenset[str], ...]
    genres: tuple[frozenset[str], ...]


def world_of(songs: LabelledSongs, seed: int) -> World:
    """Learn from half of the artists; the songs of the others, and the playlists they stand in."""
    merged = merge_versions(songs)
    split = next(artist_splits(merged, share=0.5, queries=1, seed=seed))
    held = merged.take(split.held_out)
    model = train(merged.take(split.training), clusters=None, seed=seed)
    scaled = model.transform_catalogue(held, own_labels=False)
    count = len(held)
    numbers = {
        artist: number
        for number, artist in enumerate(dict.fromkeys(name for names in held.artists for name in names))
    }
    served = model.served()
    arrays = lay_out(
        served.centers,
        rows=np.arange(count, dtype=np.int64),
        clusters=served.kmeans.predict(scaled),
        songs=np.arange(count, dtype=np.int32),
        artists=[[numbers[name] for name in names] for names in held.artists],
        explicit=np.zeros(count, dtype=np.bool_),
        unrated=np.zeros(count, dtype=np.bool_),
        standing=np.full(count, BEST, dtype=np.uint8),
        kinds=np.zeros(count, dtype=np.uint16),
        popularity=held.columns.popularity.astype(np.float32),
        scaled=scaled,
        profiles=np.full((len(numbers), 1), np.nan),
    )
    nine = np.zeros(held.columns.features.shape[1])
    none = np.zeros(0)
    no_map = SongMap(np.zeros((0, 3), np.float32), (), np.zeros(0, np.intp), none, none, none, none)
    bundle = Bundle(
        "simulation", served, arrays, (), no_map, b"", nine, nine + 1.0, "", datetime.now(UTC), {}
    )
    members: dict[str, set[int]] = defaultdict(set)
    for row, names in enumerate(held.playlists):
        for name in names:
            members[name].add(row)
    kinds, genres = (_common(merged.playlists, labels) for labels in (merged.subgenres, merged.genres))
    chosen = [name for name in sorted(members) if len(members[name]) >= 4 * KNOWN and kinds[name]]
    return World(
        held,
        Recommender(bundle),
        tuple(frozenset(members[name]) for name in chosen),
        tuple(kinds[name] for name in chosen),
        tuple(genres[name] for name in chosen),
    )


def _common(
    playlists: Sequence[frozenset[str]], labels: Sequence[frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The labels of each playlist: those that all of its songs carry."""
    common: dict[str, frozenset[str]] = {}
    for names, kinds in zip(playlists, labels, strict=True):
        for name in names:
            common[name] = common.get(name, kinds) & kinds
    return common


def group(world: World, rng: np.random.Generator, *, friends: bool) -> list[Listener]:
    """Five people: strangers, or friends whose playlists are of one genre."""
    among = np.arange(len(world.playlists))
    if friends:
        common = Counter(world.genres)
        of_many = [at for at, genre in enumerate(world.genres) if genre and common[genre] >= PEOPLE]
        genre = world.genres[int(rng.choice(of_many))]
        among = np.array([at for at in of_many if world.genres[at] == genre])
    people = []
    for at in rng.choice(among, PEOPLE, replace=False).tolist():
        own = sorted(world.playlists[at])
        known = tuple(rng.choice(own, KNOWN, replace=False).tolist())
        people.append(Listener(frozenset(own), known, world.likes[at]))
    return people


def play(world: World, people: Sequence[Listener], choose: Choose) -> list[tuple[int, int]]:
    """Simulate a session with the turns and rules of real ones: who is served by which row."""
    session = Session(1, 1, 1, "fair", 0.0, 0.0)
    for user in range(len(people)):
        session = joined(session, user, 0.0)
    heard = []
    for _ in range(SONGS):
        turn = session.turns()[0].user
        row = choose(session, turn)
        if row is None:
            break
        heard.append((turn, row))
        session = begun(replace(session, upcoming=()), Pick(turn, "taste", "", song(world, row)), 0.0)
    return heard


def song(world: World, row: int) -> SessionSong:
    """A row as a song of a session."""
    return SessionSong(str(row), world.songs.titles[row], world.songs.artists[row])


def methods(world: World, people: Sequence[Listener], rng: np.random.Generator) -> dict[str, Choose]:
    """The ways to choose; all keep to the turns, to no repeats and to the pause of artists."""
    recommender = world.recommender
    tastes = {
        user: [seed for row in person.known if (seed := recommender.seed_of_row(row)) is not None]
        for user, person in enumerate(people)
    }
    taste = GroupTaste(recommender, tastes)
    told = [row for person in people for row in person.known]

    def first(session: Session, rows: Iterable[int]) -> int | None:
        return next((row for row in rows if session.may_follow(song(world, row))), None)

    def near(session: Session, whose: int | None) -> int | None:
        rested = [int(played.song.song_ref) for played in session.songs[-ARTIST_REST:]]
        played = [int(played.song.song_ref) for played in session.songs]
        excluded = Excluded([*told, *played], artists=recommender.artists_of(rested))
        served = sum(whose in (None, song.pick.user) for song in session.songs)
        drawn: list[int] = []
        for seed in taste.in_turn(whose, served)[: CHOSEN_NEAR if whose is not None else 1]:
            for number in range(DRAWS):
                left = replace(excluded, rows=[*excluded.rows, *drawn])
                found = recommender.draw(seed, left, rng)
                if found is None or (number and found[1] != seed.cluster):
                    break
                drawn.append(found[0])
        return drawn[taste.best(whose, recommender.points_of(drawn))] if drawn else None

    def fair(session: Session, turn: int) -> int | None:
        return near(session, turn)

    def blend(session: Session, turn: int) -> int | None:
        return near(session, None)

    def queues(session: Session, turn: int) -> int | None:
        own: NDArray[np.int64] = rng.permutation(sorted(people[turn].own - set(told)))
        return first(session, own.tolist())

    def chance(session: Session, turn: int) -> int | None:
        return first(session, rng.permutation(len(world.songs)).tolist())

    return {"fair": fair, "blend": blend, "own queues in turn": queues, "random": chance}


def measures(world: World, people: Sequence[Listener], heard: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Shares of the songs played; a song is in somebody's taste when a playlist of their kind holds it."""
    likes = np.array(
        [[bool(person.likes & world.songs.subgenres[row]) for person in people] for _, row in heard]
    )
    listed = np.array([[row in person.own for person in people] for _, row in heard])
    turns = np.array([turn for turn, _ in heard])
    own = np.eye(len(people), dtype=bool)[turns]
    return {
        "another's taste": float((likes & ~own).any(axis=1).mean()),
        "another's playlist": float((listed & ~own).any(axis=1).mean()),
        "own taste": float(likes[own].mean()),
        "least satisfied": float(likes.mean(axis=0).min()),
        "all": float(likes.mean()),
    }


def simulate(
    world: World, sessions: int, seed: int, *, friends: bool
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Every method with the same groups; per method and measure one figure a session."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(sessions):
        people = group(world, np.random.default_rng([seed, number]), friends=friends)
        for name, choose in methods(world, people, np.random.default_rng([seed, number, 1])).items():
            for measure, value in measures(world, people, play(world, people, choose)).items():
                found[name][measure].append(value)
    return {
        name: {key: np.array(values) for key, values in sampled.items()} for name, sampled in found.items()
    }


def main() -> int:
    """Print the table; figures are means over sessions ± half of the 95 % interval."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not asked.file.is_file():
        print(f"Skipped: there is no {asked.file}; it needs a table with playlists and sub-genres.")
        return 0
    world = world_of(read_labelled_songs(asked.file), asked.seed)
    for friends in (False, True):
        found = simulate(world, asked.sessions, asked.seed, friends=friends)
        who = "friends, playlists of one genre" if friends else "strangers, any playlists"
        table = Table(title=f"{who}: {asked.sessions} sessions, seed {asked.seed}")
        table.add_column("")
        for measure in found["fair"]:
            table.add_column(measure, justify="right")
        for name, sampled in found.items():
            cells = [f"{v.mean():.3f} ±{1.96 * v.std(ddof=1) / len(v) ** 0.5:.3f}" for v in sampled.values()]
            table.add_row(name, *cells)
        Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
