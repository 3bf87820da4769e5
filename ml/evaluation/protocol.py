"""Splits a catalogue by artist, half of them (or three tenths) held out, and chooses query songs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ml.arrays import Rows
from ml.evaluation.songs import bare_artists
from ml.songs import LabelledSongs

SPLITS = 3
FEWEST_ARTISTS = 10
FEWEST_CANDIDATES = 20


class EvaluationError(ValueError):
    """The table cannot be used for an evaluation; the message is for people."""


@dataclass(frozen=True)
class ArtistSplit:
    """Rows of a table of songs.

    Attributes:
        training: training rows; they share no artist with `held_out`.
        held_out: rows used as queries and answers.
        queries: positions within `held_out`, ascending.
    """

    training: Rows
    held_out: Rows
    queries: Rows


def artist_splits(
    songs: LabelledSongs,
    *,
    share: float,
    queries: int,
    seed: int,
    askable: Sequence[bool] | None = None,
) -> Iterator[ArtistSplit]:
    """Three seeded splits by artist.

    A song is held out with its first artist; a training song that shares any artist with a held-out song
    is dropped. No song is a query in two splits.

    Args:
        songs: one row a song (see `merge_versions`).
        share: the share of held-out artists, 0 to 1.
        queries: query songs per split; fewer if fewer are held out.
        seed: the seed of splits and queries.
        askable: which songs may be asked about; None is all.

    Raises:
        EvaluationError: too few artists or songs on either side.
    """
    generator = np.random.default_rng(seed)
    names = [bare_artists(artists) for artists in songs.artists]
    leads = sorted({artists[0] for artists in names})
    if len(leads) < FEWEST_ARTISTS:
        raise EvaluationError(
            f"The table has {len(leads)} artists; at least {FEWEST_ARTISTS} are needed to hold some out."
        )
    asked: set[int] = set()
    may_ask = [True] * len(songs) if askable is None else askable
    for _ in range(SPLITS):
        order = generator.permutation(len(leads))
        held_leads = {leads[place] for place in order[: round(len(leads) * share)].tolist()}
        held = [row for row, artists in enumerate(names) if artists[0] in held_leads]
        held_names = {name for row in held for name in names[row]}
        training = [row for row, artists in enumerate(names) if held_names.isdisjoint(artists)]
        if len(held) < FEWEST_CANDIDATES or len(training) < FEWEST_CANDIDATES:
            raise EvaluationError(
                f"Split by artist, the table leaves {len(training)} songs to learn from and {len(held)} to "
                f"ask about; at least {FEWEST_CANDIDATES} of each are needed."
            )
        fresh = np.array(
            [place for place, row in enumerate(held) if row not in asked and may_ask[row]], dtype=np.intp
        )
        chosen = np.sort(generator.choice(fresh, min(queries, len(fresh)), replace=False))
        asked.update(held[place] for place in chosen.tolist())
        yield ArtistSplit(np.array(training, dtype=np.intp), np.array(held, dtype=np.intp), chosen)
