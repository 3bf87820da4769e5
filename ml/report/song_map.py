"""The map of songs in the first two and three principal components of the model's space."""

import colorsys
import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from sklearn.decomposition import PCA

from ml.arrays import Floats, Rows
from ml.report.groups import Groups
from ml.report.phrases import plural, shortened
from ml.report.sample import Sample
from ml.report.section import Figure, Section
from ml.serving.profiles import ClusterProfile

MOST_POINTS = 10_000
HUES = (0.60, 0.08, 0.36, 0.93, 0.76, 0.14, 0.49, 0.00, 0.24, 0.84, 0.42, 0.05)
STRENGTHS = (0.8, 0.85, 0.6, 0.75, 0.65, 0.9, 0.75, 0.75, 0.6, 0.6, 0.25, 0.25)
"""Hue and saturation of each group; the last two are greyish, for hues run out before groups do."""


def draw_map(sample: Sample, groups: Groups, profiles: Sequence[ClusterProfile]) -> Section:
    """A flat map and one in space; a song's hover text has title, artists and cluster."""
    chosen = sample.part(MOST_POINTS, salt=6)
    places = project(sample.scaled, chosen)
    colors = cluster_colors(groups)
    texts = [
        hover(sample.songs.titles[row], sample.songs.artists[row], profiles[label].name)
        for row, label in zip(chosen.tolist(), sample.labels[chosen].tolist(), strict=True)
    ]
    flat, deep = go.Figure(), go.Figure()
    labels, clusters = groups.labels[chosen], sample.labels[chosen]
    for group, name in enumerate(groups.names):
        inside = np.flatnonzero(labels == group)
        shared: dict[str, Any] = {
            "mode": "markers",
            "name": shortened(name, 48),
            "text": [texts[at] for at in inside.tolist()],
            "hovertemplate": "%{text}<extra></extra>",
        }
        shades = [colors[cluster] for cluster in clusters[inside].tolist()]
        x, y, z = places[inside].T
        flat.add_scattergl(x=x, y=y, marker={"size": 5, "opacity": 0.75, "color": shades}, **shared)
        deep.add_scatter3d(x=x, y=y, z=z, marker={"size": 2.5, "opacity": 0.85, "color": shades}, **shared)
    bare = {"showticklabels": False, "title": {"text": ""}, "zeroline": False}
    margin = {"l": 6, "r": 6, "t": 8, "b": 8}
    flat.update_layout(
        xaxis=bare,
        yaxis=bare,
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"},
        margin=margin,
        dragmode="pan",
    )
    camera = {"eye": {"x": 1.0, "y": 1.0, "z": 0.7}}
    deep.update_layout(
        scene={"xaxis": bare, "yaxis": bare, "zaxis": bare, "camera": camera},
        showlegend=False,
        margin=margin,
    )
    what = (
        f"Each colour is one of {len(groups.names)} groups of neighbouring clusters, each shade of it one of "
        f"the {plural(groups.clusters, 'cluster')}"
        if groups.joined
        else "Each colour is one cluster"
    )
    note = sample.note or ("" if len(chosen) == len(sample) else f"{len(chosen):,} songs are drawn.")
    sentences = [
        f"{what}; touch or point at a song for its name.",
        "Songs that lie together here sound alike to the model; songs of one colour that lie apart are near "
        "each other in a direction that the map cannot show.",
        "Where the table tells a song's genre, that counts a little beside its sound, as it does when the bot"
        " answers.",
    ]
    if note:
        sentences.append(
            f"{note} {len(chosen):,} are on the map." if len(chosen) < len(sample) and sample.note else note
        )
    return Section(
        "map",
        "The map of songs",
        sentences,
        figures=(
            Figure("Flat map of the songs, coloured by cluster", flat, height=620),
            Figure("Map of the songs in space, coloured by cluster", deep, height=620),
        ),
    )


def project(points: Floats, chosen: Rows) -> Floats:
    """Three principal components of chosen points, to three digits: shape (chosen, 3), zero where absent."""
    places = np.zeros((len(chosen), 3))
    if (np.ptp(points, axis=0) > 0).any():
        count = min(3, *points.shape)
        places[:, :count] = PCA(count, svd_solver="full").fit(points).transform(points[chosen])
    rounded: Floats = np.round(places, 3)
    return rounded


def cluster_colors(groups: Groups) -> list[str]:
    """A colour for each cluster: its group's hue, in a shade of its own within the group."""
    colors = []
    seen = [0] * len(groups.names)
    sizes = np.bincount(groups.of_cluster, minlength=len(groups.names))
    for group in groups.of_cluster.tolist():
        spread = 0.5 if sizes[group] < 2 else seen[group] / (sizes[group] - 1)
        seen[group] += 1
        red, green, blue = colorsys.hls_to_rgb(HUES[group], 0.42 + 0.22 * spread, STRENGTHS[group])
        colors.append(f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}")
    return colors


def hover(title: str, artists: Sequence[str], cluster: str) -> str:
    """A song's hover text; plotly.js reads a little HTML, so that names are escaped."""
    lines = (f"<b>{_escaped(title)}</b>", _escaped(", ".join(artists)), f"<i>{_escaped(cluster)}</i>")
    return "<br>".join(line for line in lines if line)


def _escaped(text: str) -> str:
    return html.escape(shortened(text), quote=False)
