"""Radar pictures of clusters."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from ml.profiles import ClusterProfile


def radar(profile: ClusterProfile, *, size: int = 320) -> bytes:
    """PNG."""
    stream = BytesIO()
    Image.new("RGB", (size, size)).save(stream, "PNG")
    return stream.getvalue()


def radars(profiles: Sequence[ClusterProfile], *, columns: int = 3, size: int = 220) -> bytes:
    """PNG."""
    return radar(profiles[0])
