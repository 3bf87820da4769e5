"""Numbers songs by the keys that their versions share."""

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def song_numbers(keys: Iterable[Iterable[Hashable]]) -> NDArray[np.int32]:
    """Shape (n,): equal for tracks that share a key, directly or through others; from 0 without gaps.

    Args:
        keys: of each track, such as its base title with each of its artists.
    """
    first: dict[Hashable, int] = {}
    pairs = [(at, first.setdefault(key, at)) for at, own in enumerate(keys) for key in (("", at), *own)]
    tracks, others = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    count = int(tracks[-1]) + 1 if len(tracks) else 0
    links = coo_array((np.ones(len(tracks), np.bool_), (tracks, others)), shape=(count, count))
    numbers: NDArray[np.int32] = connected_components(links, directed=False)[1].astype(np.int32)
    return numbers
