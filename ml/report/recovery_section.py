"""The section on recovering a song's group from its features."""

import plotly.graph_objects as go

from ml.report.classifiers import BASELINE, FOLDS, ClassifierScore, Recovery
from ml.report.groups import Groups
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
    columns = ("Classifier", "Accuracy", "Worst to best fold", "Macro F1", "Fit, seconds")
    ranked = Table(columns, [_row(score) for score in recovery.scores], strong=(0,))
    letters = [chr(ord("A") + place) for place in range(size)]
    members = [sum(row) for row in recovery.confusion]
    legend = Table(
        ("", "Group", "Songs", "Recovered", "Most often taken for"),
        [
            (
                letter,
                recovery.groups[place],
                members[place],
                percent(recovery.confusion[place][place] / members[place]) if members[place] else None,
                _mistaken(recovery, letters, place),
            )
            for place, letter in enumerate(letters)
        ],
    )
    return Section(
        ANCHOR,
        TITLE,
        sentences,
        figures=(_confusion(recovery, letters, best.name),),
        tables=(ranked, legend),
    )


def no_recovery_section(why: str) -> Section:
    """The section if nothing could be measured."""
    return Section(ANCHOR, TITLE, (why,))


def _row(score: ClassifierScore) -> tuple[Cell, ...]:
    if score.failure:
        return (score.name, None, score.failure, None, None)
    return (
        score.name,
        percent(score.accuracy, 1),
        f"{percent(score.lowest, 1)} to {percent(score.highest, 1)}",
        f"{score.macro_f1:.3f}",
        f"{score.fit_seconds:.2f}",
    )


def _mistaken(recovery: Recovery, letters: list[str], place: int) -> str | None:
    others = [(count, -at) for at, count in enumerate(recovery.confusion[place]) if at != place and count]
    return letters[-max(others)[1]] if others else None


def _confusion(recovery: Recovery, letters: list[str], name: str) -> Figure:
    shares = [[count / sum(row) if sum(row) else None for count in row] for row in recovery.confusion]
    plot = go.Figure(
        go.Heatmap(
            z=shares,
            x=letters,
            y=letters,
            zmin=0,
            colorscale=[[0, "rgba(136, 136, 136, 0.13)"], [1, "#3b7ddd"]],
            text=[["" if share is None else f"{100 * share:.0f}" for share in row] for row in shares],
            texttemplate="%{text}",
            customdata=[
                [
                    f"{count:,} songs of {true} answered as {answer}"
                    for count, answer in zip(row, letters, strict=True)
                ]
                for row, true in zip(recovery.confusion, letters, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    plot.update_layout(
        title_text=f"{name}: row = true group, column = answer (%)",
        margin={"l": 34, "r": 8, "t": 36, "b": 44},
    )
    plot.update_xaxes(side="bottom", showgrid=False, title_text="group answered")
    plot.update_yaxes(autorange="reversed", showgrid=False)
    return Figure("Confusion matrix of the best classifier", plot, height=420)
