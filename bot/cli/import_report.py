"""The report of an import on the terminal: how the table was read, and the counts of rows."""

from collections.abc import Iterator
from typing import Literal

from bot.services.catalogue.import_tables import ImportReport
from bot.sources.tables.plan import Survey

Explicit = Literal["always", "age-restricted", "never"]
_MOST_EXAMPLES = 20


def lines_of(report: ImportReport, name: str, *, explicit: Explicit, trained: bool = False) -> Iterator[str]:
    """The report, line by line.

    Args:
        name: the file's name.
        explicit: where explicit songs may be recommended.
        trained: whether a model was trained on it already.
    """
    if report.already_imported:
        yield f"{name} was imported before; nothing has changed."
        return
    if report.survey is not None:
        yield from _how_it_was_read(report.survey, name)
    skipped = sum(some.count for some in report.skipped)
    yield (
        f"{report.rows:,} rows read: {report.new:,} new tracks, {report.completed:,} completed, "
        f"{report.unchanged:,} unchanged, {report.merged:,} merged with another row of the same track, "
        f"{skipped:,} skipped ({report.seconds:.1f} s)."
    )
    for some in report.skipped[:_MOST_EXAMPLES]:
        yield f"  skipped, {some}"
    if report.survey is not None:
        yield from _rating(report.survey, explicit)
        if report.survey.missing_features:
            missing = " and no ".join(report.survey.missing_features)
            yield f"The table has no {missing}; it was estimated from the other features."
    if report.changed and not trained:
        yield "Now run `samewave train`, so that these songs are recommended as well."


def _how_it_was_read(survey: Survey, name: str) -> Iterator[str]:
    yield f"{name}: {survey.kind}."
    for role, columns in survey.roles:
        yield f"  {role + ':':<18}{', '.join(columns)}"
    yield f"  {'not read:':<18}{', '.join(survey.unread) or '(every column was read)'}"
    if "id" not in survey.columns.of:
        yield "The table has no Spotify track ids: its songs are known by title and artists."
    yield from survey.notes


def _rating(survey: Survey, explicit: Explicit) -> Iterator[str]:
    if survey.explicit is None:
        summary = "The table does not say which songs are explicit."
        unknown = survey.rows
    else:
        yes, no, unknown = survey.explicit
        summary = f"Explicit: {yes:,} rows yes, {no:,} no, {unknown:,} unknown."
    if not unknown:
        yield summary
    elif explicit == "always":
        yield f"{summary} Songs of unknown rating count as explicit where explicit songs are not allowed."
    else:
        where = "at all" if explicit == "never" else "outside age-restricted channels"
        yield (
            f"ATTENTION: {summary} SAMEWAVE_EXPLICIT is {explicit}, so songs of unknown rating are not "
            f"recommended {where}. If you know that the songs are clean, set SAMEWAVE_UNRATED=clean."
        )
