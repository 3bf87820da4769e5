"""The reason for a recommendation in one sentence."""

from bot.domain.recommendations import ClusterReason, HotReason
from bot.i18n.translator import Translator


def reason_sentence(reason: HotReason | ClusterReason, translate: Translator) -> str:
    """Why the pick matches the seed, unescaped."""
    if isinstance(reason, HotReason):
        if not (reason.seed.rank and reason.pick.rank):
            return _pinned(reason, translate)
        return translate(
            "Both are on the hot list ({chart}, week of {week}): "
            "yours at no. {seed}, this one at no. {pick}.",
            chart=reason.chart.title,
            week=translate.day(reason.chart.week),
            seed=reason.seed.rank,
            pick=reason.pick.rank,
        )
    where = (
        translate(
            "Its own cluster has nothing new left here, so this is from the nearest, “{cluster}”",
            cluster=reason.cluster_name,
        )
        if reason.fell_over
        else translate("Both are in the cluster “{cluster}”", cluster=reason.cluster_name)
    )
    if not reason.shared:
        return f"{where}."
    return translate(
        "{where}; both are {sounds}.",
        where=where,
        sounds=translate.listing([translate(w) for w in reason.shared]),
    )


def _pinned(reason: HotReason, translate: Translator) -> str:
    if reason.seed.rank:
        return translate(
            "Yours is no. {rank} of the hot list ({chart}); a moderator pinned this one.",
            rank=reason.seed.rank,
            chart=reason.chart.title,
        )
    if reason.pick.rank:
        return translate(
            "A moderator pinned yours; this one is no. {rank} of the hot list ({chart}, week of {week}).",
            rank=reason.pick.rank,
            chart=reason.chart.title,
            week=translate.day(reason.chart.week),
        )
    return translate("A moderator pinned both.")
