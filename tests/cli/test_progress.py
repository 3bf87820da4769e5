import pytest

from bot.cli.progress import progress_bar


def test_piped_progress_is_a_line_a_stage_one_every_ten_seconds_and_done_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 100.0
    with progress_bar(clock=lambda: now) as tell:
        for second in range(25):
            now = 100.0 + second
            tell("Learning", second / 25)
        tell("Clustering", 0.0)
        now += 4.0
        tell("Clustering", 0.5)
        now += 6.0
        tell("Clustering", 0.9)
    assert capsys.readouterr().err.splitlines() == [
        "Learning …",
        "Learning … 40%",
        "Learning … 80%",
        "Clustering …",
        "Clustering … 90%",
        "Done (34 s).",
    ]


def test_without_work_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar():
        pass
    assert capsys.readouterr().err == ""
