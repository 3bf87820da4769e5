"""The section on recovering a song's group from its features."""

from ml.report.classifiers import BASELINE, FOLDS, ClassifierScore, Recovery
from ml.report.groups import Groups
from ml.report.heat_map import heat_map
from ml.report.phrases import percent, plural
from ml.report.section import Cell, Figure, Section, Table

ANCHOR, TITLE = "classifiers", "How well the cluster can be recovered from the features"


def recovery_section(recovery: Recovery, groups: Groups, total: int) -> Section:
    """The table of classifiers and the confusion of the best.

    Args:
        recovery: the scores.
        groups: the groups to recover.
        total: tracks in the catalogue.
    """
    drawn = f" of {total:,}" if recovery.rows < total else ""
    best = next((score for score in recovery.scores if score.name != BASELINE), recovery.scores[0])
    size = len(recovery.groups)
    what = (
        f"The {plural(groups.clusters, 'cluster')} are joined into {size} groups of neighbours (KMeans on "
        "the centroids, groups of fewer than 15 songs joined to the nearest)"
        if groups.joined
        else f"The {size} clusters are the classes"
    )
    sentences = [
        f"{what}; each classifier sees a song's nine features only. {FOLDS} folds by artist: no artist is "
        f"on both sides, and scalers are fitted inside each fold. "
        f"{plural(recovery.rows, 'song')}{drawn} were used.",
        f"The best, {best.name}, puts {percent(best.accuracy)} of the held-out songs into their group; "
        f"always answering with the commonest group would be right for {percent(recovery.by_chance)}.",
        "The further below 100 % it stays, the more the model knows that the nine features do not tell: it "
        "also looks at labels it learned from, year, duration and the artist's other songs where known."
        if best.accuracy < 0.9
        else "So the nine features alone tell the groups apart, and a song known by nothing else is "
        "placed well.",
    ]
    ranked = Table([_row(score) for score in recovery.scores], strong=(0,))
    letters = [chr(ord("A") + place) for place in range(size)]
    members = [sum(row) for row in recovery.confusion]
    legend = Table(
        [
            {
                "": letter,
                "Group": recovery.groups[place],
                "Songs": members[place],
                "Recovered": percent(recovery.confusion[place][place] / members[place])
                if members[place]
                else None,
                "Most often taken for": _mistaken(recovery, letters, place),
            }
            for place, letter in enumerate(letters)
        ]
    )
    return Section(
        ANCHOR,
        TITLE,
        sentences,
        figures=(_confusion(recovery, letters, best.name),),
        tables=(ranked, legend),
    )


def _row(score: ClassifierScore) -> dict[str, Cell]:
    failed = bool(score.failure)
    folds = f"{percent(score.lowest, 1)} to {percent(score.highest, 1)}"
    return {
        "Classifier": score.name,
        "Accuracy": None if failed else percent(score.accuracy, 1),
        "Worst to best fold": score.failure or folds,
        "Macro F1": None if failed else f"{score.macro_f1:.3f}",
        "Fit, seconds": None if failed else f"{score.fit_seconds:.2f}",
    }


def _mistaken(recovery: Recovery, letters: list[str], place: int) -> str | None:
    others = [(count, -at) for at, count in enumerate(recovery.confusion[place]) if at != place and count]
    return letters[-max(others)[1]] if others else None


def _confusion(recovery: Recovery, letters: list[str], name: str) -> Figure:
    shares = [[count / sum(row) if sum(row) else None for count in row] for row in recovery.confusion]
    plot = heat_map(
        shares,
        letters,
        cell=lambda share: f"{100 * share:.0f}",
        hover=[
            [
                f"{count:,} songs of {true} answered as {answer}"
                for count, answer in zip(row, letters, strict=True)
            ]
            for row, true in zip(recovery.confusion, letters, strict=True)
        ],
        colorscale=[[0, "rgba(136, 136, 136, 0.13)"], [1, "#3b7ddd"]],
        zmin=0,
    )
    plot.update_layout(
        title_text=f"{name}: row = true group, column = answer (%)",
        margin={"l": 34, "r": 8, "t": 36, "b": 44},
    )
    plot.update_xaxes(title_text="group answered")
    return Figure("Confusion matrix of the best classifier", plot, height=420)
