"""What a session shows: its options, the progress of songs, results of votes, the place of its panel."""

from pathlib import Path

import pytest

from bot.domain.sessions import POLL_SECONDS
from bot.domain.steering import DIGIT_OF
from cogs.sessions.panel_places import OLD_SECONDS, PAUSE_SECONDS, PROGRESS_SECONDS, SCROLLED, PanelPlaces
from tests.support.party import Party, party
from tests.support.reading import text_of


@pytest.mark.parametrize(
    ("typed", "mode", "auto"),
    [
        ("auto", "fair", True),
        ("fair auto", "fair", True),
        ("Auto BLEND", "blend", True),
        ("journey", "journey", False),
        ("hot off", "hot", False),
        ("mode: blend auto: on", "blend", True),
        ("fair true", "fair", True),
        ("", "fair", False),
    ],
)
async def test_it_begins_as_it_was_asked_to(state: Path, typed: str, mode: str, auto: bool) -> None:
    async with party(state, 1, begin=typed) as found:
        session = await found.session()
        assert (session.mode, session.auto) == (mode, auto)


async def test_options_are_explained_and_a_misspelt_one_is_asked_about(state: Path) -> None:
    async with party(state, 1, begin=None) as found:
        [host] = found.people
        told = text_of(await found.say(host, "!help session start"))
        assert all(f"`{word}`" in told for word in ("fair", "blend", "hot", "journey", "auto"))
        assert "mean `!session start blend auto`" in text_of(
            await found.say(host, "!session start belnd auto")
        )
        assert "no such channel" in text_of(await found.say(host, "!session start somewhere else"))
        voice = found.world.guild.create_voice_channel("quiet lounge")
        await host.send(found.world.music, "!session start auto quiet lounge")
        session = await found.session()
        assert (session.auto, session.voice) == (True, voice.id)


async def test_the_panel_changes_mode_and_auto_for_the_host(state: Path) -> None:
    async with party(state) as found:
        host, guest, _ = found.people
        await found.join(guest)
        await found.add(guest, "Bohemian Rhapsody")
        await found.press(host, "next")
        assert "Only the host" in text_of(await found.press(guest, "auto"))
        await found.press(host, "auto")
        assert (await found.session()).auto
        assert "moves on by itself" in await found.panel_text()
        await found.press(host, "manual")
        assert not (await found.session()).auto
        await found.world.restart()
        session = await found.session()
        await host.select(await found.panel(), ["blend"], custom_id=f"session:{session.session}:mode")
        assert (await found.session()).mode == "blend"
        assert "a blend of all" in await found.panel_text()
        assert {pick.why for pick in (await found.session()).upcoming} <= {"asked", "blend"}


async def test_what_the_bot_chooses_goes_the_way_the_host_steers(state: Path) -> None:
    async with party(state, 2) as found:
        host, guest = found.people
        tracks = found.world.services.scope.nowhere.serving.tracks
        await found.add(host, "Bohemian Rhapsody")
        await found.press(host, "next")
        session = await found.session()
        liked = await tracks.by_id(session.songs[0].song.song_ref)
        assert liked is not None
        assert liked.features

        async def energies() -> list[float]:
            chosen = [pick for pick in (await found.session()).upcoming if pick.why in ("taste", "blend")]
            songs = [await tracks.by_id(pick.song.song_ref) for pick in chosen]
            return [song.features.energy for song in songs if song and song.features]

        steer = f"session:{session.session}:steer"
        refused = await guest.select(await found.panel(), [DIGIT_OF["calmer"]], custom_id=steer)
        assert "Only the host" in text_of(refused)
        await host.select(await found.panel(), [DIGIT_OF["energy"]], custom_id=steer)
        assert "Steered: more energy" in await found.panel_text()
        assert min(await energies()) > liked.features.energy
        await found.world.restart()
        both = [DIGIT_OF["calmer"], DIGIT_OF["energy"]]  # the new one stands in place of its opposite
        await host.select(await found.panel(), both, custom_id=steer)
        assert "Steered: calmer" in await found.panel_text()
        assert max(await energies()) < liked.features.energy
        await host.select(await found.panel(), [], custom_id=steer)
        assert "Steered" not in await found.panel_text()


async def test_the_progress_of_a_song_is_true_at_any_time(state: Path) -> None:
    async with party(state, 1) as found:
        [host] = found.people
        await found.press(host, "next")
        song = (await found.session()).songs[0]
        assert song.song.seconds is not None
        length = f"{int(song.song.seconds) // 60}:{int(song.song.seconds) % 60:02}"
        assert f"0:00 of {length} · ends <t:{int(song.ends_at)}:R>" in await found.panel_text()
        await found.pass_time(PROGRESS_SECONDS - 1)
        assert "0:00 of" in await found.panel_text()
        await found.pass_time(2)
        assert f"0:21 of {length}" in await found.panel_text()
        await found.pass_time(song.song.seconds / 2 - 20)
        assert "`▰▰▰▰▰▰▱▱▱▱▱▱`" in await found.panel_text()
        await found.pass_time(song.ends_at - found.clock[0])
        assert f"It ended <t:{int(song.ends_at)}:R>" in await found.panel_text()
        assert "▰" not in await found.panel_text()


async def test_votes_to_skip_are_told_to_who_votes(state: Path) -> None:
    async with party(state) as found:
        host, guest, other = found.people
        await found.join(guest, other)
        await found.press(host, "next")
        assert text_of(await found.press(guest, "skip")) == "1 of 2 votes to skip"
        assert "1 of 2 votes to skip" in await found.panel_text()


async def test_a_poll_without_votes_says_so_and_one_with_a_tie_too(state: Path) -> None:
    async with party(state, 1) as found:
        [host] = found.people
        await found.press(host, "next")
        assert await held(found) in (await found.session()).upcoming[0].song.title
        assert found.messages()[-1].content.startswith("Nobody voted, so I drew a song of the poll: “")
        await found.press(host, "next")
        await found.press(host, "next")
        drawn = await held(found, 1, 2)
        assert drawn == (await found.session()).upcoming[0].song.title
        assert found.messages()[-1].content == f"2 songs have 1 vote each. I drew “{drawn}”; it is next."


async def held(found: Party, *answers: int) -> str:
    """Hold a poll in which strangers vote; the song that is told to be next."""
    await found.people[0].send(found.world.music, "!session vote")
    [message] = [one for one in found.messages() if one.poll is not None and not one.poll.is_finalised()]
    for voter, answer in zip((found.world.listener, found.world.friend), answers, strict=False):
        await voter.vote(message, answer=answer)
    await found.pass_time(POLL_SECONDS)
    return found.messages()[-1].content.split("“")[1].split("”")[0]


async def test_fields_and_buttons_of_panel_and_history(state: Path) -> None:
    async with party(state, 1) as found:
        [host] = found.people
        await found.press(host, "next")
        panel = await found.panel()
        assert [field.name for field in panel.embeds[0].fields] == [
            "Coming up",
            "Listening",
            "Whose turn comes",
        ]
        labels = [part.label for row in panel.components for part in row.children if hasattr(part, "label")]
        assert labels.count("Next") == 1
        for _ in range(16):
            await found.press(host, "next")
        pages = await found.say(host, "!session history")
        assert [part.label for row in pages.components for part in row.children] == ["◀ Later", "Earlier ▶"]


async def test_the_panel_stays_near_the_end_and_moves_once_in_two_minutes(state: Path) -> None:
    async with party(state, 1) as found:
        chatter = found.world.friend

        async def chat(times: int) -> None:
            for number in range(times):
                await chatter.send(found.world.music, f"chatter {number}")

        first = await found.panel()
        await chat(3)
        await found.pass_time(PAUSE_SECONDS)
        assert (await found.panel()).id == first.id  # still in sight
        await chat(1)
        await found.pass_time(1)
        second = await found.panel()
        assert second.id != first.id
        assert found.world.music.last_message.id == second.id
        await chat(20)
        await found.pass_time(PAUSE_SECONDS - 2)
        assert (await found.panel()).id == second.id
        await found.pass_time(2)
        third = await found.panel()
        assert third.id != second.id
        assert [one.id for one in found.messages() if one.components] == [third.id]
        await found.pass_time(OLD_SECONDS)  # an edit of it would soon be refused
        assert (await found.panel()).id != third.id


def test_a_panel_that_cannot_be_shown_is_tried_again_after_a_while() -> None:
    places = PanelPlaces()
    places.posted(1, 7, 0.0)
    for message in range(8, 8 + SCROLLED + 1):
        places.count(1, message)
    assert places.due(PAUSE_SECONDS) == [1]
    places.put_off(1, PAUSE_SECONDS)
    assert places.due(PAUSE_SECONDS + 1) == []
    assert places.due(2 * PAUSE_SECONDS) == [1]
    places.posted(1, 99, 2 * PAUSE_SECONDS)
    places.put_off(1, 2 * PAUSE_SECONDS)
    assert places.due(3 * PAUSE_SECONDS) == []
