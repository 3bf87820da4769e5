"""Cards of clusters: name, size, features, typical songs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.model.cluster_model import ClusterModel
from ml.report.groups import Groups
from ml.report.phrases import plural
from ml.report.sample import Sample
from ml.report.section import Section
from ml.report.song_map import cluster_colors
from ml.serving.profiles import ClusterProfile
from ml.songs import LabelledSongs

CARDS = 24
EXAMPLES = 3


@dataclass(frozen=True)
class ClusterCard:
    """One cluster.

    Attributes:
        number, name: as in the model.
        size: tracks in it.
        z: mean z-score of each feature against the catalogue.
        genres: the most common genres with their share of the labelled tracks.
        examples: songs nearest to the centroid, by different artists where there are any.
        group: its group.
        color: its colour on the map.
    """

    number: int
    name: str
    size: int
    z: Sequence[float]
    genres: Sequence[tuple[str, float]]
    examples: Sequence[str]
    group: str
    color: str


def clusters_section(cards: Sequence[ClusterCard]) -> Section:
    """Cards of the largest, a list of all."""
    count = len(cards)
    sizes = sorted(card.size for card in cards)
    sentences = [
        "Each shape reaches outward where the cluster lies above the catalogue's mean (the dashed ring), "
        "inward where it lies below; the outer edge is 2.5 standard deviations.",
        f"{plural(count, 'cluster')} of {sizes[0]:,} to {sizes[-1]:,} tracks, half of them of at least "
        f"{sizes[len(sizes) // 2]:,}: an answer is drawn from so many.",
    ]
    if count > CARDS:
        sentences.append(f"The {CARDS} largest are drawn; all are in the list, and a click on one draws it.")
    return Section("clusters", "The clusters", sentences, clusters=True)


def describe_clusters(
    sample: Sample,
    model: ClusterModel,
    profiles: Sequence[ClusterProfile],
    groups: Groups,
) -> list[ClusterCard]:
    """A card for each cluster of the model, with typical songs out of the sample."""
    centers = model.cluster_centers_
    away = ((sample.scaled - centers[sample.labels]) ** 2).sum(axis=1)
    order = np.lexsort((away, sample.labels))
    bounds = np.searchsorted(sample.labels[order], np.arange(len(centers) + 1))
    colors = cluster_colors(groups)
    cards = [
        ClusterCard(
            number=profile.number,
            name=profile.name,
            size=int(sample.sizes[profile.number]),
            z=tuple(round(z, 3) for z in profile.z),
            genres=profile.genres,
            examples=_examples(
                sample.songs, order[bounds[profile.number] : bounds[profile.number + 1]].tolist()
            ),
            group=groups.names[int(groups.of_cluster[profile.number])],
            color=colors[profile.number],
        )
        for profile in profiles
    ]
    return sorted(cards, key=lambda card: (-card.size, card.number))


def _examples(songs: LabelledSongs, rows: Sequence[int]) -> tuple[str, ...]:
    """Titles with artists, nearest first, one per artist where possible."""
    first: list[str] = []
    again: list[str] = []
    seen: set[str] = set()
    for row in rows:
        artist = songs.artists[row][0] if songs.artists[row] else ""
        text = f"{songs.titles[row]} – {artist}" if artist else songs.titles[row]
        if text in first or text in again:
            continue
        (again if artist in seen else first).append(text)
        seen.add(artist)
        if len(first) == EXAMPLES:
            break
    return tuple((*first, *again)[:EXAMPLES])
