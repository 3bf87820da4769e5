"""`samewave run` with a token, in a separate process, on the stand-in of Discord."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import pytest

from tests.cli.test_run import running as demo
from tests.support.bot_process import free_port, read, running, said_by, said_until
from tests.support.outside import open_outside
from tests.support.stand_ins.discord_service.service import open_discord, until
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.spotify import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.slow

SONG = "!recommend Bohemian Rhapsody"


async def test_it_connects_answers_and_finishes_running_answers_on_sigterm(state: Path) -> None:
    async with open_discord() as service, running(service, state) as process:
        await until(lambda: service.gateway.connected)
        await service.answer_to(await service.say(SONG))
        await until((state / "heartbeat").exists)
        service.rest.delay = 1.0
        asked = [await service.say(SONG), await service.slash("recommend", song="Mr. Brightside")]
        [first, *_] = service.rest.posted
        asked.append(await service.press(first, first.buttons[0]))
        await until(lambda: service.rest.delayed == len(asked))
        assert not any(service.answers_to(number) for number in asked)
        process.send_signal(signal.SIGTERM)
        said = await said_by(process)
        assert process.returncode == 0, said
        assert "Goodbye" in said
        assert "Traceback" not in said
        assert service.token not in said
        assert [len(service.answers_to(number)) for number in asked] == [1, 1, 1]
        assert not await asyncio.to_thread((state / "heartbeat").exists)


async def test_the_commands_arrive_after_a_demo_on_the_same_state(state: Path) -> None:
    """The path of the README: `make run` first, a token afterwards."""
    async with open_discord() as service:
        with demo(state) as (process, _, _):
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.communicate)
        service.rest.refusals["/users/@me"].append(503)
        async with running(service, state) as process:
            await until(lambda: service.gateway.connected and bool(service.rest.synced))
            assert "recommend" in {command["name"] for command in service.rest.synced}
            await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
            process.send_signal(signal.SIGTERM)
            said = await said_by(process)
    assert "Discord cannot be reached (HTTP 503, code 0); trying again in 2 s" in said
    assert "Traceback" not in said
    assert "voice" not in said


async def test_a_wrong_token_is_a_sentence(state: Path) -> None:
    async with open_discord() as service, running(service, state, DISCORD_TOKEN="wr0ng.t0ken") as process:
        said = await said_by(process)
        assert process.returncode == 1
        assert "Discord does not take this token" in said
        assert "Traceback" not in said
        assert "wr0ng.t0ken" not in said


@pytest.mark.parametrize("presences", ["true", "false"])
async def test_without_the_privileged_intents_it_starts_again_without_them(
    state: Path, presences: str
) -> None:
    async with open_discord() as service, running(service, state, SAMEWAVE_PRESENCES=presences) as process:
        service.gateway.message_content = False
        await until(lambda: service.gateway.connected)
        assert len(service.gateway.identified) == (3 if presences == "true" else 2)
        await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
        process.send_signal(signal.SIGINT)
        said = await said_by(process)
        assert process.returncode == 0, said
        assert "message content intent is switched off" in said
        assert "Traceback" not in said


async def test_metrics_and_logs_for_machines(state: Path) -> None:
    port = str(free_port())
    changes = {"SAMEWAVE_METRICS_PORT": port, "SAMEWAVE_LOG_FORMAT": "json"}
    async with open_discord() as service, running(service, state, **changes) as process:
        await until(lambda: service.gateway.connected)
        [first] = [await service.answer_to(await service.say(SONG))]
        await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
        await service.answer_to(await service.press(first, first.buttons[0]))
        await service.answer_to(await service.say("!recommend qzxv wkjq pfvb"))
        page = await asyncio.to_thread(read, f"http://127.0.0.1:{port}/metrics")
        process.send_signal(signal.SIGTERM)
        said = await said_by(process)
    figures = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    assert figures['samewave_commands_total{name="recommend",outcome="answered"}'] == "2.0"
    assert figures['samewave_commands_total{name="recommend",outcome="refused"}'] == "1.0"
    assert figures['samewave_command_seconds_count{name="recommend"}'] == "3.0"
    assert figures['samewave_presses_total{kind="another"}'] == "1.0"
    assert figures["samewave_shards_connected"] == "1.0"
    assert float(figures["samewave_tracks"]) > 5_000
    assert float(figures["samewave_model_age_seconds"]) > 0
    assert float(figures['samewave_source_failed_total{source="ReccoBeats"}']) >= 1
    assert 'samewave_source_left_alone{source="Billboard"}' in figures
    assert "samewave_hot_list_age_seconds" in figures
    assert float(figures['samewave_job_last_success_timestamp_seconds{job="run sessions"}']) > 0
    assert float(figures['samewave_job_failed_total{job="refresh hot list"}']) >= 0
    assert float(figures["process_resident_memory_bytes"]) > 0
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert any(line["message"].startswith("Ready") for line in lines)
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)


async def test_a_taken_metrics_port_is_a_sentence(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with (
            open_discord() as service,
            running(service, state, SAMEWAVE_METRICS_PORT=port) as process,
        ):
            said = await said_by(process)
    assert process.returncode == 1
    assert "SAMEWAVE_METRICS_PORT" in said
    assert "Traceback" not in said


def stored_in(state: Path) -> bytes:
    return b"".join(path.read_bytes() for path in state.glob("state.db*"))


async def test_no_secret_is_logged_stored_or_said_whatever_fails(state: Path) -> None:
    async with open_discord() as service, open_outside(state) as outside:
        changes = {
            "SAMEWAVE_LOG_LEVEL": "DEBUG",
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
            "SAMEWAVE_SPOTIFY_API_URL": outside.spotify.api_url,
            "SAMEWAVE_SPOTIFY_TOKEN_URL": outside.spotify.token_url,
            "SAMEWAVE_RECCOBEATS_URL": outside.reccobeats.api_url,
        }
        async with running(service, state, **changes) as process:
            await until(lambda: service.gateway.connected)
            faults = (None, Fault.ERROR_OBJECT, Fault.FORBIDDEN_PLAIN, Fault.SERVER_ERROR, Fault.BROKEN_GZIP)
            for number, fault in enumerate(faults):
                outside.spotify.fault = fault
                await service.answer_to(await service.say(f"!recommend Nobody Sang This {number}"))
            service.gateway.shut = True
            async with service.gateway.dropped():
                said = await said_until(process, "Attempting a reconnect")
            process.send_signal(signal.SIGTERM)
            said += await said_by(process)
        asked = outside.spotify.requests
    tokens = {
        request.headers["Authorization"].rpartition(" ")[2]
        for request in asked
        if "Authorization" in request.headers
    }
    assert any(request.path.startswith("/v1") for request in asked), "Spotify was never asked"
    secrets = {service.token, CLIENT_SECRET, *tokens}
    posted = json.dumps([one.payload for one in service.rest.posted])
    stored = await asyncio.to_thread(stored_in, state)
    assert "Attempting a reconnect" in said
    assert "Traceback" not in said
    for secret in secrets:
        assert secret not in said
        assert secret not in posted
        assert secret.encode() not in stored
