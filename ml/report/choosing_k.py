"""Inertia and silhouette over the number of clusters, and why neither determines it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances, silhouette_score

from ml.report.knee import knee
from ml.report.phrases import listed
from ml.report.sample import Sample
from ml.report.section import Figure, Section

FIT_ROWS = 6_000
SILHOUETTE_ROWS = 2_000
TRACKS_PER_CLUSTER = 8
"""No more clusters are tried than one for so many tracks."""
LADDER = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768)


@dataclass(frozen=True)
class ChoosingK:
    """Curves over the number of clusters, in the model's scaled space.

    Attributes:
        tried: numbers of clusters, ascending.
        inertia: sum of squared distances to the centroids for each.
        silhouette: mean silhouette of each, -1 to 1; None where all points share one cluster.
        knee: where inertia bends on a scale of doublings, as it is drawn; None where it does not.
        knee_of_half: where it bends on that scale over the lower half of the numbers.
        knee_of_numbers: where it bends over the numbers themselves.
        best_silhouette: the number with the largest silhouette.
        chosen: how many clusters the model has.
        rows, silhouette_rows: numbers of tracks behind each curve.
    """

    tried: Sequence[int]
    inertia: Sequence[float]
    silhouette: Sequence[float | None]
    knee: int | None
    knee_of_half: int | None
    knee_of_numbers: int | None
    best_silhouette: int | None
    chosen: int
    rows: int
    silhouette_rows: int

    def section(self) -> Section:
        """Both curves, with an interpretation."""
        if len(self.tried) < 3:
            return Section(
                "choosing-k",
                "How many clusters",
                (
                    "The songs are too few or too alike to compare numbers of clusters; "
                    f"this model has {self.chosen:,}.",
                ),
            )
        sentences = [f"Inertia falls with every further cluster. {self._bends()}"]
        if self.best_silhouette is not None:
            sentences.append(
                f"Silhouette (Rousseeuw 1987) is largest at {self.best_silhouette}. It rewards clusters that "
                "stand apart, not songs that go together."
            )
        sentences.append(
            "Neither chooses the number well: measured with artists held out, on the nine standardised "
            "features, silhouette preferred 2 clusters, whose picks shared a genre less often than those "
            "of the usual 8, and there was no elbow; many clusters were far better. So the number grows "
            f"with the catalogue: this model has {self.chosen:,}."
        )
        sentences.append(
            f"KMeans was fitted on {self.rows:,} tracks for each number; silhouette was taken on "
            f"{self.silhouette_rows:,} of them."
        )
        figures = [self._figure("Inertia", self.inertia, self.knee, "knee", "#4c8dff")]
        if self.best_silhouette is not None:
            figures.append(
                self._figure("Silhouette", self.silhouette, self.best_silhouette, "largest", "#27ae60")
            )
        return Section("choosing-k", "How many clusters", sentences, figures=figures)

    def _bends(self) -> str:
        what = (
            "Its knee, the point furthest from the chord of the curve's ends as drawn below (Satopaa et al. "
            "2011, “Finding a Kneedle in a Haystack”), "
        )
        if self.knee is None:
            return what + "does not exist here."
        others = [
            f"at {at} {where}"
            for at, where in (
                (self.knee_of_half, "when only half as many are tried"),
                (self.knee_of_numbers, "on a scale of the numbers themselves"),
            )
            if at not in (None, self.knee)
        ]
        if not others:
            return what + f"is at {self.knee} clusters."
        return (
            what
            + f"is at {self.knee} clusters, but {listed(others)}: a bend that moves with the ruler is the "
            "ruler's, not the songs'."
        )

    def _figure(
        self, name: str, values: Sequence[float | None], at: int | None, word: str, color: str
    ) -> Figure:
        plot = go.Figure(
            go.Scatter(
                mode="lines+markers",
                x=self.tried,
                y=values,
                hovertemplate=f"%{{x}} clusters: {name.lower()} %{{y:.4g}}<extra></extra>",
                line_color=color,
            )
        )
        if at is not None:
            plot.add_scatter(
                mode="markers+text",
                x=[at],
                y=[values[list(self.tried).index(at)]],
                text=[f"{word}: {at}"],
                textposition="top right" if at < self.tried[-1] / 4 else "top left",
                hoverinfo="skip",
                marker={"color": "#eb5757", "size": 11},
            )
        known = [value for value in values if value is not None]
        title = f"{name} over the number of clusters"
        plot.update_layout(title_text=title, showlegend=False)
        plot.update_xaxes(type="log", title_text="clusters", tickvals=[2**power for power in range(1, 11)])
        plot.update_yaxes(range=[1.15 * min(0.0, *known), 1.15 * max(0.0, *known)])
        return Figure(title, plot, height=320)


def compare_numbers(
    sample: Sample, clusters: int, *, tick: Callable[[float], None] = lambda done: None
) -> ChoosingK:
    """Fit KMeans in the model's scaled space for a ladder of numbers of clusters.

    Args:
        sample: the songs.
        clusters: how many the model has.
        tick: called with the fraction done, 0 to 1.
    """
    points = sample.scaled[sample.part(FIT_ROWS, salt=2)]
    most = min(len(points) // TRACKS_PER_CLUSTER, len(np.unique(points, axis=0)) - 1)
    tried = sorted({k for k in (*LADDER, clusters) if 2 <= k <= most})
    few = np.random.default_rng([sample.seed, 3]).permutation(len(points))[:SILHOUETTE_ROWS]
    distances = pairwise_distances(points[few])
    np.fill_diagonal(distances, 0.0)
    inertia: list[float] = []
    silhouette: list[float | None] = []
    for done, k in enumerate(tried):
        kmeans = KMeans(k, n_init=1, random_state=sample.seed).fit(points)
        inertia.append(float(kmeans.inertia_))
        labels = kmeans.labels_[few]
        apart = 2 <= len(np.unique(labels)) < len(few)
        silhouette.append(float(silhouette_score(distances, labels, metric="precomputed")) if apart else None)
        tick((done + 1) / len(tried))
    half = [k for k in tried if k <= tried[-1] / 2] if tried else []
    doublings = np.log2(tried).tolist() if tried else []
    known = [(value, -k) for k, value in zip(tried, silhouette, strict=True) if value is not None]
    return ChoosingK(
        tried=tried,
        inertia=inertia,
        silhouette=silhouette,
        knee=_at(tried, knee(doublings, inertia)),
        knee_of_half=_at(half, knee(doublings[: len(half)], inertia[: len(half)])),
        knee_of_numbers=_at(tried, knee(tried, inertia)),
        best_silhouette=-max(known)[1] if known else None,
        chosen=clusters,
        rows=len(points),
        silhouette_rows=len(few),
    )


def _at(numbers: Sequence[int], place: int | None) -> int | None:
    return None if place is None else numbers[place]
