import asyncio
import os
import random
from pathlib import Path

import pytest

from bot.domain.errors import DownloadFailed, StorageFailed
from bot.sources.catalogues.download import DownloadLimits, download
from tests.support.stand_ins.file_server import FileServer

CONTENT = random.Random(1).randbytes(1_000_000)
LIMITS = DownloadLimits(size=2_000_000)


class Waits:
    """Waiting that takes no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def fetch(
    server: FileServer, folder: Path, limits: DownloadLimits = LIMITS
) -> list[tuple[int, int | None]]:
    told: list[tuple[int, int | None]] = []
    await download(
        server.address,
        folder / "file.csv",
        limits=limits,
        progress=lambda have, all: told.append((have, all)),
        sleep=Waits(),
    )
    return told


async def test_a_file_is_fetched_whole(tmp_path: Path) -> None:
    async with FileServer(CONTENT, redirects=3) as server:
        told = await fetch(server, tmp_path / "new")
    assert (tmp_path / "new" / "file.csv").read_bytes() == CONTENT
    assert os.listdir(tmp_path / "new") == ["file.csv"]
    assert told[-1] == (1_000_000, 1_000_000)
    assert [have for have, _ in told] == sorted(have for have, _ in told)


async def test_a_download_that_breaks_off_is_gone_on_with(tmp_path: Path) -> None:
    async with FileServer(CONTENT, break_after=[300_000, 400_000]) as server:
        await fetch(server, tmp_path)
        assert server.asked[0] is None
        assert all(asked and asked.startswith("bytes=") for asked in server.asked[1:])
    assert (tmp_path / "file.csv").read_bytes() == CONTENT


async def test_a_later_try_goes_on_with_what_an_earlier_one_fetched(tmp_path: Path) -> None:
    async with FileServer(CONTENT, break_after=[500_000] + [0] * 5) as server:
        with pytest.raises(DownloadFailed, match="it goes on where it stopped"):
            await fetch(server, tmp_path)
        have = (tmp_path / "file.csv.part").stat().st_size
        assert have > 0
        server.asked.clear()
        await fetch(server, tmp_path)
        assert server.asked == [f"bytes={have}-"]
    assert (tmp_path / "file.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_file_that_changed_meanwhile_is_fetched_anew(tmp_path: Path, ranges: bool) -> None:
    async with FileServer(b"o" * 900_000, break_after=[500_000] + [0] * 5) as server:
        with pytest.raises(DownloadFailed):
            await fetch(server, tmp_path)
        server.content, server.etag, server.ranges = CONTENT, '"second"', ranges
        await fetch(server, tmp_path)
    assert (tmp_path / "file.csv").read_bytes() == CONTENT


async def test_a_server_that_falls_silent(tmp_path: Path) -> None:
    async with FileServer(CONTENT, hangs=True) as server:
        with pytest.raises(DownloadFailed, match="breaks off again and again"):
            await fetch(server, tmp_path, DownloadLimits(size=2_000_000, silence=0.2, attempts=1))


async def test_a_server_that_takes_too_long(tmp_path: Path) -> None:
    async with FileServer(CONTENT, hangs=True) as server:
        with pytest.raises(DownloadFailed, match="takes too long"):
            await fetch(server, tmp_path, DownloadLimits(size=2_000_000, seconds=0.3))


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_file_that_is_gone(tmp_path: Path, status: int) -> None:
    async with FileServer(CONTENT, status=status) as server:
        with pytest.raises(DownloadFailed, match=f"HTTP {status}.*samewave import FILE"):
            await fetch(server, tmp_path)
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_in_trouble_is_asked_again_but_not_for_ever(tmp_path: Path, status: int) -> None:
    async with FileServer(CONTENT, status=status) as server:
        with pytest.raises(DownloadFailed, match="Try again later"):
            await fetch(server, tmp_path)
        assert len(server.asked) == LIMITS.attempts


async def test_a_web_page_in_place_of_the_file(tmp_path: Path) -> None:
    async with FileServer(CONTENT, page=True) as server:
        with pytest.raises(DownloadFailed, match="a web page in place of the file"):
            await fetch(server, tmp_path)


async def test_redirects_in_a_circle(tmp_path: Path) -> None:
    async with FileServer(CONTENT, redirects=-1) as server:
        with pytest.raises(DownloadFailed, match="leads in a circle"):
            await fetch(server, tmp_path)


async def test_a_redirect_to_something_else_than_http(tmp_path: Path) -> None:
    async with FileServer(CONTENT, leads_to="ftp://files.example/file.csv") as server:
        with pytest.raises(DownloadFailed, match="it is not followed"):
            await fetch(server, tmp_path)


async def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    async with FileServer(CONTENT) as server:
        with pytest.raises(DownloadFailed, match="which is not the known file"):
            await fetch(server, tmp_path, DownloadLimits(size=900_000))
    assert not (tmp_path / "file.csv").exists()


async def test_nobody_there(tmp_path: Path) -> None:
    waits = Waits()
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1 cannot be reached"):
        await download("http://127.0.0.1:9/file", tmp_path / "file.csv", limits=LIMITS, sleep=waits)
    assert len(waits.seconds) == LIMITS.attempts - 1


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    async with FileServer(CONTENT) as server:
        with pytest.raises(StorageFailed, match="cannot be written"):
            await fetch(server, tmp_path / "folder")


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="needs /dev/full, which takes as much as a full disk"
)
async def test_a_full_disk_gets_its_space_back(tmp_path: Path) -> None:
    (tmp_path / "file.csv.part").symlink_to("/dev/full")
    async with FileServer(CONTENT) as server:
        with pytest.raises(StorageFailed, match="The disk is full: the download was removed again"):
            await fetch(server, tmp_path)
    assert not (tmp_path / "file.csv.part").is_symlink()


async def test_a_cancelled_download_can_be_gone_on_with(tmp_path: Path) -> None:
    async with FileServer(CONTENT, hangs=True) as server:
        begun = asyncio.Event()
        fetching = asyncio.create_task(
            download(
                server.address, tmp_path / "file.csv", limits=LIMITS, progress=lambda have, all: begun.set()
            )
        )
        await begun.wait()
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        server.hangs = False
        await fetch(server, tmp_path)
    assert (tmp_path / "file.csv").read_bytes() == CONTENT
