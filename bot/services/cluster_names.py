"""Finds clusters by number or name."""

from bot.domain.spelling import normalise
from ml.serving.recommender import Recommender

LONGEST_NUMBER = 5


def cluster_called(text: str, recommender: Recommender) -> int | None:
    """The cluster with a number (`cluster 12`) or an exact name; None if there is none."""
    profiles = recommender.bundle.profiles
    key = normalise(text)
    number = key.removeprefix("cluster ")
    if number.isdecimal() and len(number) <= LONGEST_NUMBER and number != key:
        return int(number) if int(number) < len(profiles) else None
    return next((profile.number for profile in profiles if normalise(profile.name) == key), None)
