"""The comparison: seven methods on the same held-out songs, in one run with one seed."""

from dataclasses import asdict, dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from ml.arrays import Floats
from ml.evaluation.intervals import Bootstrap, Estimate
from ml.evaluation.methods import random_method, samewave_methods, usual_methods
from ml.evaluation.protocol import ArtistSplit, EvaluationError, artist_splits
from ml.evaluation.scoring import Judge, Scores
from ml.evaluation.songs import merge_versions
from ml.evaluation.unseen import hold_out_playlists
from ml.model.cluster_model import Progress
from ml.model.training import TrainingError
from ml.songs import LabelledSongs

SHARE_WITH_PLAYLISTS = 0.5
SHARE_WITH_GENRES = 0.3


@dataclass(frozen=True)
class Evaluation:
    """The scores of all methods.

    Attributes:
        seed: the seed of the run.
        queries: requested number of query songs per split.
        asked: number of query songs in all splits.
        methods: mean and 95 % interval per method and metric.
        ratios: the same as a ratio to "usual", from paired resamples.
        splits: per split the numbers of training songs, candidates and query songs.
        picks: method, id of the query song, rank 1 to 5, id of the pick; five per query and method.
        unseen: the same on playlists that were held out as well; None for a table without playlists.
    """

    seed: int
    queries: int
    asked: int
    methods: dict[str, dict[str, Estimate]]
    ratios: dict[str, dict[str, Estimate]]
    splits: list[dict[str, int]]
    picks: list[tuple[str, str, int, str]]
    unseen: "Evaluation | None" = None

    def to_json(self) -> dict[str, object]:
        """Everything except the picks, as JSON values."""
        return {
            "seed": self.seed,
            "queries": self.queries,
            "asked": self.asked,
            "methods": _plain(self.methods),
            "ratios_over_usual": _plain(self.ratios),
            "splits": self.splits,
        } | ({"unseen_playlists": self.unseen.to_json()} if self.unseen else {})


def evaluate(
    songs: LabelledSongs, *, seed: int, queries: int = 3_000, progress: Progress | None = None
) -> Evaluation:
    """Compare a random song, the usual recipe, its five nearest, and what the project answers with.

    Three splits by artist: half of the artists are held out where the table carries playlists, three tenths
    where it has genres only. All that is learned (labels, scalers, clusters) comes from the other artists;
    questions and answers are held-out songs. Of a held-out artist, the genres of the other songs are known,
    never the labels of the query song. Cluster picks are scored by their exact expectation.

    Where there are playlists, all that is done again with a fifth of them held out as well.

    Args:
        songs: one row per track, with at least one kind of label.
        seed: of splits, queries, models, draws and resamples; the same seed gives the same figures.
        queries: query songs per split; fewer if fewer are held out.
        progress: called with a stage in words and the fraction done, 0 to 1.

    Raises:
        EvaluationError: no labels, or too few artists or songs; the message is for people.
    """
    if queries < 1:
        raise EvaluationError("At least one query is needed.")
    if not any(any(labels) for labels in (songs.genres, songs.subgenres, songs.playlists)):
        raise EvaluationError(
            "The table carries no genres or playlists, so there is nothing to measure against."
        )
    tell = progress or (lambda stage, fraction: None)
    merged = merge_versions(songs)
    if len(np.unique(merged.columns.features, axis=0)) < 2:
        raise EvaluationError(
            "All songs have the same audio features, so there is nothing to tell them apart."
        )
    share = SHARE_WITH_PLAYLISTS if any(merged.playlists) else SHARE_WITH_GENRES
    splits = list(artist_splits(merged, share=share, queries=queries, seed=seed))
    others: list[ArtistSplit] = []
    playlists = hold_out_playlists(merged, seed=seed) if any(merged.playlists) else None
    if playlists is not None:
        askable = [bool(own) for own in playlists[1].playlists]
        others = list(artist_splits(merged, share=share, queries=queries, seed=seed, askable=askable))
    parts = len(splits) + len(others)

    def compare(
        known: LabelledSongs, asked: LabelledSongs, some: list[ArtistSplit], first: int
    ) -> Evaluation:
        results = [
            _run_split(known, asked, split, seed=seed + number, tell=_part(tell, first + number, parts))
            for number, split in enumerate(some)
        ]
        return _summarise(merged, some, results, seed=seed, queries=queries)

    with threadpool_limits(limits=1):  # threads sum in any order, which changes the last digit
        found = compare(merged, merged, splits, 0)
        if playlists is None or not all(len(split.queries) for split in others):
            return found
        return replace(found, unseen=compare(*playlists, others, len(splits)))


def _part(tell: Progress, number: int, parts: int) -> Progress:
    def part(stage: str, fraction: float) -> None:
        tell(f"Part {number + 1} of {parts}: {stage}", (number + fraction) / parts)

    return part


def _run_split(
    known: LabelledSongs, asked: LabelledSongs, split: ArtistSplit, *, seed: int, tell: Progress
) -> dict[str, Scores]:
    """Learn from what is known of some artists' songs, and score the others' by what is asked about."""
    training, held_out = known.take(split.training), known.take(split.held_out)
    if known is asked:  # the labels are held-out playlists: none of a held-out artist is known
        held_out = replace(held_out, playlists=())
    tell("the usual recipe", 0.0)
    usual, nearest = usual_methods(training, held_out)
    try:
        own = samewave_methods(
            training, held_out, seed=seed, tick=lambda done: tell("training", 0.05 + 0.75 * done)
        )
    except TrainingError as error:
        raise EvaluationError(f"On the songs left to learn from: {error}") from error
    methods = [random_method(len(held_out)), usual, nearest, *own]
    judge = Judge(asked.take(split.held_out), split.queries)
    return judge.score(methods, seed=seed, tick=lambda done: tell("asking", 0.8 + 0.2 * done))


def _summarise(
    songs: LabelledSongs,
    splits: list[ArtistSplit],
    results: list[dict[str, Scores]],
    *,
    seed: int,
    queries: int,
) -> Evaluation:
    bootstrap = Bootstrap([len(split.queries) for split in splits], seed=seed)
    catalogues = [len(split.held_out) for split in splits]
    values: dict[str, dict[str, Floats]] = {}
    methods: dict[str, dict[str, Estimate]] = {}
    listed: list[tuple[str, str, int, str]] = []
    for method in results[0]:
        scores = [result[method] for result in results]
        shared = [name for name in scores[0].values if all(name in score.values for score in scores)]
        values[method] = {name: np.concatenate([score.values[name] for score in scores]) for name in shared}
        methods[method] = {
            name: bootstrap.mean(column)
            for name, column in values[method].items()
            if not np.isnan(column).all()
        }
        picks = [score.picks for score in scores]
        for name, statistic in (("coverage", coverage), ("largest_hub", largest_hub), ("skew", skew)):
            methods[method][name] = bootstrap.spread(picks, statistic, catalogues)
        for split, rows in zip(splits, picks, strict=True):
            answers = [songs.ids[row] for row in split.held_out.tolist()]
            listed += [
                (method, answers[query], rank, answers[pick])
                for query, row in zip(split.queries.tolist(), rows.tolist(), strict=True)
                for rank, pick in enumerate(row, start=1)
            ]
    ratios = {
        method: {
            name: ratio
            for name, column in columns.items()
            if "@" in name and (ratio := bootstrap.ratio(column, values["usual"][name])) is not None
        }
        for method, columns in values.items()
    }
    sizes = [
        {"training": len(split.training), "held_out": len(split.held_out), "queries": len(split.queries)}
        for split in splits
    ]
    return Evaluation(seed, queries, sum(size["queries"] for size in sizes), methods, ratios, sizes, listed)


def coverage(counts: Floats) -> float:
    """The share of songs picked at least once, from the number of picks of each."""
    return float((counts > 0).mean())


def largest_hub(counts: Floats) -> float:
    """The share of the most frequent song among all picks."""
    return float(counts.max() / counts.sum())


def skew(counts: Floats) -> float:
    """Skewness of how often songs are picked (Radovanović et al. 2010, "Hubs in space"); 0 if all alike."""
    # scipy's takes twenty times as long for one short row, and the intervals ask for thousands.
    centred = counts - counts.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean() / spread**3) if spread > 0 else 0.0


def _plain(table: dict[str, dict[str, Estimate]]) -> dict[str, dict[str, dict[str, float]]]:
    return {
        method: {name: asdict(estimate) for name, estimate in columns.items()}
        for method, columns in table.items()
    }
