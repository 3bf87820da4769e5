"""Builds the report of a catalogue and its model."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from ml.evaluation import Evaluation
from ml.model.cluster_model import ClusterModel
from ml.report.algorithms import compare_algorithms
from ml.report.choosing_k import compare_numbers
from ml.report.classifiers import Recovery, UnfitForTraining, recover_groups
from ml.report.clusters import clusters_section, describe_clusters
from ml.report.components import measure_components
from ml.report.contents import count_contents
from ml.report.correlations import correlations_section, measure_correlations
from ml.report.distributions import distributions_section, measure_distributions
from ml.report.groups import Groups, join_clusters
from ml.report.page import Report, Tile
from ml.report.phrases import percent
from ml.report.quality import quality_section
from ml.report.recovery_section import ANCHOR, TITLE, recovery_section
from ml.report.sample import Sample, draw_sample
from ml.report.scalers import Choice, choose_scalers, scalers_section
from ml.report.section import Section
from ml.report.song_map import draw_map
from ml.serving.profiles import ClusterProfile
from ml.songs import LabelledSongs

Progress = Callable[[str, float], None]

CLASSIFIER_ROWS = 4_000
HEADLINES = {
    "playlist@5": "from a common playlist",
    "subgenre@5": "of the same sub-genre",
    "genre@5": "of the same genre",
}
NOT_EVALUATED = (
    "The recommendations were not evaluated; `samewave evaluate` does it for any catalogue whose songs carry "
    "genres or playlists."
)


def build_report(
    songs: LabelledSongs,
    model: ClusterModel,
    profiles: Sequence[ClusterProfile],
    *,
    seed: int,
    evaluation: Evaluation | None,
    not_evaluated: str = NOT_EVALUATED,
    progress: Progress | None = None,
) -> Report:
    """Measure a catalogue and its model.

    Above 20,000 tracks everything expensive is measured on a seeded sample, and the page says so.

    Args:
        songs: n tracks.
        model: fitted on these tracks, or on an earlier state of the catalogue.
        profiles: one for each cluster of the model, in their order.
        seed: the seed of every draw; all numbers except fit times are reproducible.
        evaluation: the evaluation of the same catalogue, if there is one.
        not_evaluated: the sentence to show instead, if there is none.
        progress: called with a stage in words and the fraction done, 0 to 1.

    Raises:
        ReportError: too few songs.
    """
    tell = progress or (lambda stage, fraction: None)
    tell("Placing the songs", 0.0)
    sample = draw_sample(songs, model, seed=seed)
    contents = count_contents(songs)
    features = songs.columns.features
    distributions, correlations = measure_distributions(features), measure_correlations(features)
    tell("Choosing scalers", 0.1)
    scalers, components = choose_scalers(sample.features), measure_components(sample)
    tell("Counting clusters", 0.2)
    numbers_of_clusters = compare_numbers(
        sample, len(model.cluster_centers_), tick=lambda done: tell("Counting clusters", 0.2 + 0.2 * done)
    )
    tell("Clustering in other ways", 0.4)
    algorithms = compare_algorithms(sample)
    tell("Drawing the map", 0.5)
    groups = join_clusters(sample, model)
    song_map = draw_map(sample, groups, profiles)
    cards = describe_clusters(sample, model, profiles, groups)
    tell("Training classifiers", 0.55)
    recovery, recovered = _recover(
        sample,
        groups,
        [choice.choice for choice in scalers],
        lambda done: tell("Training classifiers", 0.55 + 0.44 * done),
    )
    tell("Done", 1.0)
    sections = (
        contents.section(),
        distributions_section(distributions),
        correlations_section(correlations),
        scalers_section(scalers, sample.note),
        components.section(sample.note),
        numbers_of_clusters.section(),
        algorithms.section(),
        song_map,
        clusters_section(cards),
        recovered,
        quality_section(evaluation, not_evaluated),
    )
    numbers = {
        "seed": seed,
        "tracks": len(songs),
        "sampled_tracks": len(sample),
        "clusters": len(model.cluster_centers_),
        "contents": asdict(contents),
        "distributions": [asdict(one) for one in distributions],
        "correlations": correlations,
        "scalers": [asdict(one) for one in scalers],
        "components": asdict(components),
        "choosing_k": asdict(numbers_of_clusters),
        "algorithms": asdict(algorithms),
        "groups": {"names": list(groups.names), "of_cluster": groups.of_cluster.tolist()},
        "cluster_cards": [asdict(card) for card in cards],
        "classifiers": None if recovery is None else asdict(recovery),
        "evaluation": None if evaluation is None else evaluation.to_json(),
    }
    tiles = _tiles(numbers, recovery, evaluation)
    return Report(tiles, sections, cards, numbers, sample.note)


def _recover(
    sample: Sample,
    groups: Groups,
    scalers: Sequence[Choice],
    tick: Callable[[float], None],
) -> tuple[Recovery | None, Section]:
    chosen = sample.part(CLASSIFIER_ROWS, salt=7)
    try:
        recovery = recover_groups(
            sample.features[chosen],
            groups.labels[chosen],
            [sample.songs.artists[row] for row in chosen.tolist()],
            groups.names,
            scalers,
            seed=sample.seed,
            tick=tick,
        )
    except UnfitForTraining as error:
        return None, Section(ANCHOR, TITLE, (str(error),))
    return recovery, recovery_section(recovery, groups, sample.total)


def _tiles(
    numbers: dict[str, Any], recovery: Recovery | None, evaluation: Evaluation | None
) -> tuple[Tile, ...]:
    """The key figures at the top of the page."""
    tiles = [
        Tile(f"{numbers['tracks']:,}", "tracks", "contents"),
        Tile(f"{numbers['contents']['artists']:,}", "artists", "contents"),
        Tile(f"{numbers['clusters']:,}", "clusters", "clusters"),
        Tile(
            f"{numbers['components']['features_enough']} of 9",
            "components hold 95 % of the variance",
            "components",
        ),
    ]
    if recovery is not None:
        best = recovery.scores[0]
        tiles.append(
            Tile(percent(best.accuracy), f"of songs put into their group by {best.name}", "classifiers")
        )
    if evaluation is not None:
        for metric, what in HEADLINES.items():
            ratio = evaluation.ratios.get("samewave_cluster", {}).get(metric)
            if ratio is not None:
                tiles.append(Tile(f"{ratio.mean:.1f} ×", f"the usual recipe’s picks {what}", "quality"))
                break
    return tuple(tiles)
