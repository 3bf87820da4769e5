"""Trains a model on the imported catalogue and puts it in force."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import ModelUnavailable, StorageFailed
from bot.domain.titles import artist_keys, normalise
from bot.services.worker_process import Died, apart
from bot.services.worker_thread import in_own_thread
from bot.storage.catalogue.search_keys import title_keys
from bot.storage.catalogue.training_rows import read_labelled_songs
from bot.storage.database import Database
from bot.storage.state.metadata import CATALOGUE, Metadata
from ml.model.training import TrainingError, train
from ml.serving.bundle import write_bundle
from ml.serving.catalogue_arrays import lay_out
from ml.serving.profiles import profile_clusters
from ml.songs import LabelledSongs

Progress = Callable[[str, float], None]
APART_FROM = 20_000
"""Tracks from which training has a process of its own: it would hold up the event loop now and then."""


class TrainModel:
    """Reads the imported rows, trains in a thread or a process, writes the bundle whole or not at all."""

    def __init__(self, database: Database, facts: Metadata, folder: Path) -> None:
        self._database = database
        self._facts = facts
        self._folder = folder

    async def __call__(self, *, clusters: int | None, seed: int, progress: Progress) -> str:
        """Train and put in force; returns the bundle's name.

        Args:
            clusters: how many; None lets the number grow with the catalogue.
            seed: of every random choice.
            progress: told a stage in plain words and the fraction done.

        Raises:
            ModelUnavailable: the catalogue cannot be trained on, with the reason.
            StorageFailed: the disk is full; the model in force stays.
        """
        fingerprint = await self._facts.get(CATALOGUE) or ""
        progress("Reading the catalogue", 0.0)
        [(tracks,)] = await self._database.fetch("SELECT count(*) FROM tracks")
        asked = (self._folder, self._database.path, clusters, seed, fingerprint)

        def work() -> str:
            if tracks < APART_FROM:
                return _train(*asked, progress)
            for said in apart(train_aloud, *asked):
                if isinstance(said, str):
                    return said
                progress(*said)
            raise Died("no name of a bundle was said")

        try:
            return await in_own_thread(work)
        except Died as error:
            raise ModelUnavailable(
                "The training was ended from outside; perhaps the memory did not suffice.", detail=str(error)
            ) from error


def train_aloud(
    folder: Path,
    database: Path,
    clusters: int | None,
    seed: int,
    fingerprint: str,
    say: Callable[[tuple[str, float] | str], None],
) -> None:
    """Train and say how far it is, again and again, and at the end the bundle's name: for `apart`."""
    say(_train(folder, database, clusters, seed, fingerprint, lambda stage, done: say((stage, done))))


def _train(
    folder: Path, database: Path, clusters: int | None, seed: int, fingerprint: str, progress: Progress
) -> str:
    songs, rows = read_labelled_songs(database)
    try:
        return _make(folder, songs, rows, clusters, seed, fingerprint, progress)
    except TrainingError as error:
        raise ModelUnavailable(str(error)) from error
    except OSError as error:
        raise StorageFailed(
            f"The model could not be saved ({error.strerror}). Free some disk space and run "
            "`samewave train` again; the model in force stays.",
            detail=str(error),
        ) from error


def _make(
    folder: Path,
    songs: LabelledSongs,
    rows: NDArray[np.int64],
    clusters: int | None,
    seed: int,
    fingerprint: str,
    progress: Progress,
) -> str:
    model = train(songs, clusters=clusters, seed=seed, progress=progress)
    features = songs.columns.features
    progress("Naming the clusters", 1.0)
    scale = features.std(axis=0)
    explicit = np.zeros(len(songs), np.bool_) if songs.explicit is None else songs.explicit
    return write_bundle(
        folder,
        model,
        lay_out(
            model,
            rows=rows,
            clusters=model.labels_,
            songs=_song_numbers(songs),
            artists=_artist_numbers(songs.artists),
            explicit=explicit,
            scaled=model.scaled_,
        ),
        tuple(profile_clusters(songs, model.labels_, model.n_clusters)),
        mean=features.mean(axis=0),
        scale=np.where(scale > 0, scale, 1.0),
        fingerprint=fingerprint,
        quality={"songs": len(songs), "clusters": model.n_clusters, "inertia": model.inertia_, "seed": seed},
        now=datetime.now(UTC),
    )


def _artist_numbers(artists: Sequence[tuple[str, ...]]) -> NDArray[np.int32]:
    numbers: dict[str, int] = {}
    firsts = [names[0] if names else "" for names in artists]
    keys = {first: normalise(first) for first in set(firsts)}
    return np.fromiter(
        (numbers.setdefault(keys[first], len(numbers)) for first in firsts), np.int32, len(artists)
    )


def _song_numbers(songs: LabelledSongs) -> NDArray[np.int32]:
    """Number the songs: tracks of one base title with a common artist, or of identical features, are one.

    What must not be answered for one another; `ml.model.identity` numbers by first artist alone, as the
    protocol of the evaluation does, to count how many songs there are.

    Disjoint sets (Galler and Fischer 1964) with path halving.
    """
    parents = list(range(len(songs)))
    credits = {credit for artists in songs.artists for credit in artists}
    names = {credit: sorted(artist_keys((credit,))) for credit in credits}

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    seen: dict[object, int] = {}
    features = songs.columns.features
    for at, (key, artists) in enumerate(zip(title_keys(songs.titles), songs.artists, strict=True)):
        own = dict.fromkeys(name for credit in artists for name in names[credit])
        for sign in (features[at].tobytes(), *((key, artist) for artist in own)):
            other = seen.setdefault(sign, at)
            parents[root(at)] = root(other)
    return np.fromiter((root(at) for at in range(len(songs))), np.int32, len(songs))
