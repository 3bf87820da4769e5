"""`samewave backup` and `samewave restore` on the command line."""

from pathlib import Path

from tests.support.command_line import Run


def test_there_and_back(here: Run, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    made = here("backup", str(file), state=state)
    assert made.returncode == 0, made.stderr
    assert "MiB" in made.stderr
    again = here("backup", str(file), state=state)
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    elsewhere = tmp_path / "elsewhere"
    done = here("restore", str(file), state=elsewhere)
    assert done.returncode == 0, done.stderr
    answered = here("recommend", "Bohemian Rhapsody", state=elsewhere)
    assert answered.returncode == 0, answered.stderr
    file.write_bytes(file.read_bytes()[:-1000])
    refused = here("restore", str(file), state=elsewhere)
    assert refused.returncode == 1
    assert "nothing was changed" in refused.stderr
    assert "Traceback" not in refused.stderr + again.stderr
