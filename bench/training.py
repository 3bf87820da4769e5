"""Training, against scikit-learn's KMeans with as many clusters on all rows."""

import json
import os
from collections.abc import Iterator

from bench.figure import Figure
from bench.processes import run
from bench.size import Size
from ml.serving.bundle import current_bundle

TRAIN = """
import asyncio, sys
from pathlib import Path
from bot.services.catalogue.train import TrainModel
from bot.storage.catalogue.folder import CatalogueFolder

async def main(state):
    await TrainModel(CatalogueFolder(state / "catalogues"), state / "models")(
        clusters=None, seed=1234, progress=lambda stage, done: None
    )

asyncio.run(main(Path(sys.argv[1])))
"""
KMEANS = """
import json, sys, time
from pathlib import Path
import numpy as np
from sklearn.cluster import KMeans
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.training_rows import read_labelled_songs
from ml.model.saving import read_estimators

state, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
model = read_estimators(state / "models", name)
songs, _ = read_labelled_songs(CatalogueFolder(state / "catalogues").current_file())
points = model.transform_catalogue(songs, own_labels=False)
ours = -float(model.kmeans_.score(points.astype(model.cluster_centers_.dtype)))
began, cpu = time.perf_counter(), time.process_time()
kmeans = KMeans(len(model.cluster_centers_), n_init=1, random_state=1234, max_iter=rounds).fit(points)
print(json.dumps({
    "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
    "clusters": len(model.cluster_centers_),
    "rounds": int(kmeans.n_iter_), "theirs": float(kmeans.inertia_), "ours": ours,
}))
"""
MOST_GIGABYTES = 2.0


def training_speed(size: Size) -> Iterator[Figure]:
    """CPU seconds of a whole training, from the database to a bundle, and of KMeans alone."""
    mine = run(TRAIN, size.state)
    name = current_bundle(size.state / "models")
    rounds = int(os.environ.get("BENCH_KMEANS_ROUNDS", "300"))
    # Threads that wait for each other spin, which counts as CPU time.
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    found = json.loads(run(KMEANS, size.state, name, rounds, environment=alone).stdout)
    ratio = mine.cpu_seconds / found["cpu"]
    yield size.figure(
        "training",
        ratio,
        "of the time",
        f"KMeans({found['clusters']}) on all rows, {found['rounds']} rounds: {found['cpu']:.0f} s CPU; "
        f"ours, the learnt space and all, {mine.cpu_seconds:.0f} s CPU, {mine.seconds:.0f} s",
        "≤ 0.25",
        ratio <= 0.25,
        mine.cpu_seconds,
    )
    more = found["ours"] / found["theirs"]
    yield size.figure(
        "training, inertia",
        more,
        "× theirs",
        f"KMeans({found['clusters']}) on all rows, {found['rounds']} rounds: {found['theirs']:,.0f}",
        "≤ 1.03",
        more <= 1.03,
    )
    gigabytes = mine.peak_bytes / 2**30
    yield size.figure(
        "training, peak memory",
        gigabytes,
        "GB",
        "a plain figure",
        f"≤ {MOST_GIGABYTES:g} GB",
        gigabytes <= MOST_GIGABYTES,
        gigabytes,
    )
