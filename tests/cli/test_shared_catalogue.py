"""Several machines on one published catalogue: none trains for itself, all answer with the same pair."""

import asyncio
import json
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from ml.serving.bundle import current_bundle
from tests.cli.test_run import running
from tests.sources.tables.fictional import csv_file, song
from tests.support.catalogues import in_catalogue
from tests.support.command_line import Run
from tests.support.published import COMMON, make_pair, publish
from tests.support.settings import NOWHERE, samewave
from tests.support.stand_ins.folder_server import FolderServer

ASKERS = 3
BETWEEN_SECONDS = 0.05


async def test_a_new_machine_takes_what_is_published_and_trains_nothing(
    here: Run, state: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    done = await asyncio.to_thread(here, "catalogue", "push", str(folder), state=state)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Published in .*: the catalogue \w{12} with the model \w+Z\.", done.stderr)
    async with FolderServer(folder) as server:
        for number, place in enumerate((str(folder), server.address)):
            new = tmp_path / f"new{number}"
            answer = await asyncio.to_thread(
                lambda new=new, place=place: here(
                    *("recommend", "Bohemian Rhapsody", "--json"), state=new, SAMEWAVE_SHARED_CATALOGUE=place
                )
            )
            assert answer.returncode == 0, answer.stderr
            assert json.loads(answer.stdout)
            assert "Fetching from" in answer.stderr
            assert "Clustering" not in answer.stderr
            assert current_bundle(new / "models") == current_bundle(state / "models")


def test_what_cannot_be_pushed_or_pulled_is_a_sentence(here: Run, state: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (("push",), "Name a folder that all machines see"),
        (("pull",), "Name a folder that all machines see"),
        (("push", f"{NOWHERE}/"), "can only be read"),
        (("push", str(tmp_path / "away")), "is not there: mount it, or make it"),
        (("pull", str(tmp_path)), "Nothing is published in"),
        (("pull", f"{NOWHERE}/"), "does not tell what is published"),
        (("pull", "ftp://host/"), "is no place"),
    ):
        done = here("catalogue", *arguments, state=state)
        assert done.returncode == 1
        assert said in done.stderr, done.stderr
        assert "Traceback" not in done.stderr


def test_doctor_says_what_is_published_and_whether_the_place_can_be_reached(
    here: Run, state: Path, tmp_path: Path
) -> None:
    def told(place: str) -> str:
        return here("doctor", state=state, SAMEWAVE_SHARED_CATALOGUE=place).stdout

    (tmp_path / "shared").mkdir()
    assert "! Shared catalogue: nothing is published yet" in told(str(tmp_path / "shared"))
    here("catalogue", "push", str(tmp_path / "shared"), state=state)
    model = current_bundle(state / "models")
    assert re.search(rf"✓ Shared catalogue: .* with the model {model}", told(str(tmp_path / "shared")))
    assert "✗ Shared catalogue" in told(f"{NOWHERE}/")


@pytest.mark.parametrize("folders", [1, 2])
def test_of_processes_that_start_at_once_one_makes_the_pair(
    small_data: Path, tmp_path: Path, folders: int
) -> None:
    """In one state folder, and in two with a shared place."""
    states = [tmp_path / f"{number % folders}" for number in range(2)]
    (tmp_path / "shared").mkdir()
    place = {"SAMEWAVE_DATA_DIR": str(small_data)}
    if folders > 1:
        place["SAMEWAVE_SHARED_CATALOGUE"] = str(tmp_path / "shared")
    with ThreadPoolExecutor() as threads:
        done = list(threads.map(lambda state: samewave("build", state=state, **place), states))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    assert sorted("Clustering" in one.stderr for one in done) == [False, True]
    assert len({current_bundle(state / "models") for state in states}) == 1


def test_import_and_training_go_on_from_what_is_published_and_publish(
    here: Run, small_state: Path, tmp_path: Path
) -> None:
    state = small_state
    [(tracks,)] = in_catalogue(state, "SELECT count(*) FROM tracks")
    folder, other = tmp_path / "shared", tmp_path / "other"
    folder.mkdir()
    place = {"SAMEWAVE_SHARED_CATALOGUE": str(folder)}
    assert here("catalogue", "push", state=state, **place).returncode == 0
    songs = [song(number, artists=[f"A {number}"], energy=number / 30) for number in range(30)]
    table = csv_file(tmp_path / "table.csv", songs)
    done = here("import", str(table), state=other, **place)
    assert done.returncode == 0, done.stderr
    assert "Publishing in" in done.stderr
    assert here("catalogue", "pull", state=state, **place).returncode == 0
    listed = here("catalogue", state=state).stdout
    assert f"{tracks + 30} tracks" in listed, listed
    # Another catalogue altogether takes a word.
    assert here("import", str(table), "--fresh", state=other, **place).returncode == 0
    trained = here("train", "--clusters", "2", state=other, **place)
    assert trained.returncode == 0, trained.stderr
    assert "Not published: another catalogue is published" in trained.stderr
    assert here("catalogue", "push", state=other, **place).returncode == 0
    assert here("catalogue", "pull", state=state, **place).returncode == 0
    assert "30 tracks" in here("catalogue", state=state).stdout


def test_the_first_machine_publishes_what_it_has(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    with running(state, SAMEWAVE_SHARED_CATALOGUE=str(folder)) as (process, _, said):
        assert "Publishing in" in "".join(said)
        assert "Clustering" not in "".join(said)
        assert (folder / "models" / str(current_bundle(state / "models"))).is_dir()
        process.send_signal(signal.SIGINT)
        process.communicate()


def test_a_start_goes_on_with_what_it_has_where_the_place_is_away(state: Path, tmp_path: Path) -> None:
    with running(state, SAMEWAVE_SHARED_CATALOGUE=str(tmp_path / "away")) as (process, _, said):
        assert "is not there: mount it" in "".join(said)
        assert "5,849 tracks" in "".join(said)
        process.send_signal(signal.SIGINT)
        process.communicate()


async def told(session: aiohttp.ClientSession, address: str) -> dict[str, Any]:
    while True:
        async with session.get(address) as reply:
            if reply.status != 429:  # each client may ask so often
                assert reply.status == 200, await reply.text()
                return dict(await reply.json())
        await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_processes_that_are_asked_all_the_while_swap_as_a_pair(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    makers = {40: tmp_path / "small", 60: tmp_path / "large"}
    names: dict[int, str] = {}
    for count, maker in makers.items():
        await asyncio.to_thread(make_pair, maker, 1_000 * count, count)
        names[count] = current_bundle(maker / "models") or ""
    await asyncio.to_thread(publish, makers[40], folder)
    done = asyncio.Event()

    async def ask(session: aiohttp.ClientSession, address: str) -> set[str]:
        seen = set()
        while not done.is_set():
            answer = await told(session, f"{address}/api/v1/recommendation?q={quote(COMMON)}")
            count = 40 if answer["for_song"].endswith("40000") else 60
            number = int(answer["pick"]["id"][-10:])
            assert 1_000 * count <= number < 1_000 * count + count, answer
            health = await told(session, f"{address}/api/v1/health")
            assert (health["model"], health["tracks"]) in {(names[count], count) for count in names}
            seen.add(str(health["model"]))
            await asyncio.sleep(BETWEEN_SECONDS)
        return seen

    with ExitStack() as stack:
        addresses = []
        for number in range(2):
            opened = running(
                tmp_path / f"{number}",
                *("--port", "0"),
                command="web",
                SAMEWAVE_SHARED_CATALOGUE=str(folder),
            )
            addresses.append((await asyncio.to_thread(stack.enter_context, opened))[1].rstrip("/"))
        async with aiohttp.ClientSession() as session:
            asking = [
                asyncio.create_task(ask(session, address)) for address in addresses for _ in range(ASKERS)
            ]

            async def all_on(count: int) -> None:
                for address in addresses:
                    model = ""
                    while model != names[count]:
                        await asyncio.sleep(0.2)
                        model = str((await told(session, f"{address}/api/v1/health"))["model"])

            try:
                await all_on(40)
                for count in (60, 40):
                    await asyncio.to_thread(publish, makers[count], folder)
                    await all_on(count)
            finally:
                done.set()
                seen = await asyncio.gather(*asking)
    assert all(models == set(names.values()) for models in seen)
