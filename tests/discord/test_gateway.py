"""The unmodified discord.py client on a stand-in of Discord: lost connections, repeated events, refusals.

No message is answered twice; none that Discord delivers (again) is lost.
"""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.connect import is_connected
from bot.client.overload import Overload
from tests.support.clocks import HANG_SECONDS
from tests.support.gateway_bot import Connected, connected
from tests.support.settings import python, settings_for
from tests.support.stand_ins.discord_service.payloads import BOT, CHANNELS
from tests.support.stand_ins.discord_service.rest import Posted, Trouble
from tests.support.stand_ins.discord_service.service import open_discord, until

SONG = "!recommend Bohemian Rhapsody"


@pytest.fixture
async def there(state: Path) -> AsyncIterator[Connected]:
    async with open_discord() as service, connected(service, settings_for(state)) as opened:
        yield opened


async def one_answer_each(there: Connected, messages: list[int]) -> list[Posted]:
    """Wait for every answer, then for possible duplicates."""
    for message in messages:
        await there.discord.answer_to(message)
    await asyncio.sleep(0.1)
    counts = [len(there.discord.answers_to(message)) for message in messages]
    assert counts == [1] * len(messages)
    return [there.discord.answers_to(message)[0] for message in messages]


def is_recommendation(posted: Posted) -> bool:
    return any(
        (embed.get("url") or "").startswith("https://open.spotify") for embed in posted.payload["embeds"]
    )


async def test_it_identifies_and_answers_text_mention_slash_and_button(there: Connected) -> None:
    service = there.discord
    [said] = service.gateway.identified
    assert said["token"] == service.token
    assert "recommend" in {command["name"] for command in service.rest.synced}
    first = await service.say(SONG)
    second = await service.say(f"<@{BOT}> recommend Bohemian Rhapsody")
    third = await service.slash("recommend", song="Bohemian Rhapsody")
    answers = await one_answer_each(there, [first, second, third])
    assert all(is_recommendation(posted) for posted in answers)
    [another] = [name for name in answers[0].buttons if name.startswith("another:")]
    pressed = await service.press(answers[0], another)
    [again] = await one_answer_each(there, [pressed])
    assert is_recommendation(again)


async def test_after_a_lost_connection_it_resumes_and_answers_what_it_missed(there: Connected) -> None:
    service = there.discord
    before = await service.say(SONG)
    await service.answer_to(before)
    async with service.gateway.dropped():
        missed = [await service.say(SONG, channel=channel) for channel in CHANNELS[:4]]
        slashed = await service.slash("recommend", song="Mr. Brightside")
    await until(lambda: service.gateway.connected)
    after = await service.say(SONG)
    await one_answer_each(there, [before, *missed, slashed, after])
    assert len(service.gateway.resumed) == 1
    assert len(service.gateway.identified) == 1


async def test_what_discord_delivers_again_is_not_answered_again(there: Connected) -> None:
    service = there.discord
    first = await service.say(SONG)
    [answer] = await one_answer_each(there, [first])
    slashed = await service.slash("recommend", song="Mr. Brightside")
    pressed = await service.press(answer, answer.buttons[0])
    await one_answer_each(there, [first, slashed, pressed])
    service.gateway.again = 50
    async with service.gateway.dropped():
        missed = await service.say(SONG)
    await one_answer_each(there, [first, slashed, pressed, missed])


async def test_asked_to_reconnect_it_does_and_resumes(there: Connected) -> None:
    service = there.discord
    for _ in range(3):
        asked = await service.say(SONG)
        await service.gateway.ask_to_reconnect()
        meanwhile = await service.say(SONG)
        await one_answer_each(there, [asked, meanwhile])
    await until(lambda: len(service.gateway.resumed) == 3)
    assert len(service.gateway.identified) == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_resumed_or_replaced(there: Connected, resumable: bool) -> None:
    service = there.discord
    await service.gateway.invalidate(resumable=resumable)
    if resumable:
        await until(lambda: bool(service.gateway.resumed))
    else:
        await until(lambda: len(service.gateway.identified) == 2)
    await until(lambda: service.gateway.connected)
    await one_answer_each(
        there, [await service.say(SONG), await service.slash("recommend", song="Mr. Brightside")]
    )
    assert len(service.gateway.identified) == (1 if resumable else 2)


async def test_a_session_that_ended_meanwhile_is_replaced(there: Connected) -> None:
    service = there.discord
    async with service.gateway.dropped():
        service.gateway.sessions.clear()
    await until(lambda: len(service.gateway.identified) == 2)
    assert len(service.gateway.resumed) == 1
    await one_answer_each(there, [await service.say(SONG)])


@pytest.mark.slow
async def test_a_connection_without_acknowledgements_is_closed_and_resumed(state: Path) -> None:
    async with (
        open_discord(beat=300) as service,
        connected(service, settings_for(state), heartbeat_timeout=5.0, overload=Overload()) as there,
    ):
        before = await service.say(SONG)
        await service.answer_to(before)
        service.gateway.silent = True
        unheard = await service.say(SONG)
        expired = await service.slash("recommend", song="Mr. Brightside")
        await one_answer_each(there, [before, unheard])
        assert not service.answers_to(expired)  # Discord takes no answer after three seconds
        assert service.gateway.resumed


async def test_a_gateway_that_is_down_for_a_while(there: Connected, caplog: pytest.LogCaptureFixture) -> None:
    service = there.discord
    service.gateway.shut = True
    async with service.gateway.dropped():
        missed = await service.say(SONG)
    await until(lambda: any("Attempting a reconnect" in record.message for record in caplog.records))
    assert not is_connected(there.bot)
    service.gateway.shut = False
    await until(lambda: len(service.gateway.identified) == 2)  # discord.py begins anew after that
    asked = await service.say(SONG)
    await one_answer_each(there, [asked])
    await until(lambda: is_connected(there.bot))  # ready once the servers have arrived
    assert len(service.answers_to(missed)) <= 1
    caplog.clear()  # discord.py reports each failed attempt as an error


REPEATED = [
    Trouble.BUCKET,
    Trouble.GLOBAL,
    Trouble.UNAVAILABLE,
    Trouble.BAD_GATEWAY,
    Trouble.DONE_BUT_SERVER_ERROR,
    Trouble.DONE_BUT_DROPPED,
]


@pytest.mark.parametrize(
    "trouble",
    [Trouble.BUCKET, Trouble.UNAVAILABLE, Trouble.DONE_BUT_SERVER_ERROR, Trouble.DONE_BUT_DROPPED],
    ids=lambda trouble: trouble.name,
)
async def test_an_interaction_with_a_failing_response_is_answered_once(
    there: Connected, trouble: Trouble
) -> None:
    service = there.discord
    [first] = await one_answer_each(there, [await service.say(SONG)])
    service.rest.troubles.append(trouble)
    slashed = await service.slash("recommend", song="Mr. Brightside")
    await service.answer_to(slashed)
    service.rest.troubles.append(trouble)
    pressed = await service.press(first, first.buttons[0])
    answers = await one_answer_each(there, [slashed, pressed])
    assert all(is_recommendation(posted) for posted in answers)
    assert not service.rest.troubles


@pytest.mark.parametrize("trouble", REPEATED, ids=lambda trouble: trouble.name)
async def test_a_failing_answer_arrives_once(there: Connected, trouble: Trouble) -> None:
    service = there.discord
    service.rest.troubles.append(trouble)
    asked = [await service.say(SONG), await service.say("!recommend Mr. Brightside", channel=CHANNELS[1])]
    assert all(is_recommendation(posted) for posted in await one_answer_each(there, asked))
    assert not service.rest.troubles


@pytest.mark.parametrize("at", ["thinking", "answer"])
@pytest.mark.parametrize("trouble", REPEATED, ids=lambda trouble: trouble.name)
async def test_an_answer_after_a_deferral_arrives_once_if_either_fails(
    there: Connected, trouble: Trouble, at: str
) -> None:
    service = there.discord
    service.rest.troubles.extend([trouble] if at == "thinking" else [None, trouble])
    asked = await service.slash("recommend", song="Nobody Sang This")
    [posted] = await one_answer_each(there, [asked])
    assert "Nobody Sang This" in posted.text
    assert not service.rest.troubles


async def test_an_answer_does_not_depend_on_the_typing_indicator(there: Connected) -> None:
    there.discord.rest.typing_fails = True
    [posted] = await one_answer_each(there, [await there.discord.say("!recommend Nobody Sang This")])
    assert "Nobody Sang This" in posted.text
    assert "went wrong" not in posted.text


async def test_a_picture_arrives_complete_after_a_failure(there: Connected) -> None:
    service = there.discord
    service.rest.troubles.extend([Trouble.UNAVAILABLE, Trouble.DONE_BUT_DROPPED])
    [posted] = await one_answer_each(there, [await service.say("!cluster Bohemian Rhapsody")])
    assert posted.payload["files"]


@pytest.mark.parametrize("trouble", [Trouble.FORBIDDEN, Trouble.BANNED], ids=lambda trouble: trouble.name)
async def test_without_permission_to_write_it_does_not_retry(
    there: Connected, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    service = there.discord
    service.rest.troubles.extend([trouble] * 3)
    await service.say(SONG)
    await until(lambda: len(service.rest.troubles) <= 2)
    await asyncio.sleep(0.2)
    assert len(service.rest.troubles) == 2  # an apology would meet the same
    service.rest.troubles.clear()
    caplog.clear()
    await one_answer_each(there, [await service.say(SONG)])


async def test_a_burst_beyond_the_channels_limit_is_answered_in_full(there: Connected) -> None:
    service = there.discord
    service.rest.limit, service.rest.window = 5, 0.4
    asked = [await service.say(SONG, channel=CHANNELS[number % 2]) for number in range(24)]
    await one_answer_each(there, asked)
    assert service.rest.too_many < len(asked) / 2  # it reads the headers and waits by itself


@pytest.mark.slow
def test_closing_the_bot_frees_everything(state: Path) -> None:
    """In a process of its own: objects that other tests keep must not count."""
    done = python(
        "import asyncio, os",
        "from pathlib import Path",
        "from tests.discord.test_gateway import come_and_go",
        "asyncio.run(come_and_go(Path(os.environ['SAMEWAVE_STATE_DIR'])))",
        state=state,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "left: []\n"


async def come_and_go(state: Path) -> None:
    """Connect, answer, lose the connection, close; print the threads that are left."""
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    async with open_discord() as service, connected(service, settings_for(state)) as there:
        await one_answer_each(there, [await service.say(SONG)])
        await until(there.bot.is_ready)
        async with service.gateway.dropped():
            pass
        await until(lambda: service.gateway.connected)
    await until(lambda: asyncio.all_tasks() <= tasks)
    del there
    gc.collect()  # a catalogue closes with the last request that it serves
    # The pool of the event loop stays until that ends.
    own = [thread for thread in set(threading.enumerate()) - threads if "asyncio" not in thread.name]
    for thread in own:
        thread.join(HANG_SECONDS)
    print("left:", [thread.name for thread in own if thread.is_alive()])
