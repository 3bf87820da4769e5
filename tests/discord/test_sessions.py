"""Listening sessions, as people of a server see them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.domain.errors import NoSession
from bot.domain.sessions import (
    ANSWER_SECONDS,
    ARTIST_PAUSE,
    AWAY_SECONDS,
    IDLE_SECONDS,
    POLL_SECONDS,
    At,
)
from cogs.sessions.events import display_of
from cogs.sessions.panel_places import PAUSE_SECONDS
from tests.support.party import custom_ids, party
from tests.support.reading import embed_of, is_sentence, menu, press, seen, text_of
from tests.support.world import World


async def test_the_panel_tells_what_is_on_who_is_in_and_what_comes(state: Path) -> None:
    async with party(state) as found:
        host, guest, _ = found.people
        assert "Nothing is on yet" in await found.panel_text()
        assert (await found.panel()).pinned
        assert "You are in" in text_of(await found.press(guest, "join"))
        assert "is in the queue" in text_of(await found.add(guest, "Bohemian Rhapsody"))
        for _ in range(7):  # no artist twice in five songs, and the first one may be by Queen
            await found.press(host, "next")
            session = await found.session()
            if session.now is not None and session.now.pick.why == "asked":
                break
        words = await found.panel_text()
        assert "Bohemian Rhapsody" in words
        assert "**person-1** asked for it" in words
        assert "👑 **person-0**, **person-1**" in words
        assert all(pick.song.title.split(" (")[0][:20] in words for pick in session.upcoming)
        assert len(session.upcoming) == 3
        post = found.posts()[-1]
        assert post.endswith("https://open.spotify.com/track/4u7EnebtmKWzUH433cf5Qv")
        assert f"<t:{int(found.clock[0] + 354)}" in post  # it lasts 5:54


async def test_a_name_that_several_songs_share_is_asked_about_even_after_a_restart(state: Path) -> None:
    async with party(state) as found:
        host = found.people[0]
        form = await found.press(host, "add")
        await found.world.restart()
        asked = await host.submit_modal(form, {"song": "Painkiller"})
        options = menu(asked).options
        assert len(options) > 1
        await found.world.restart()
        await host.select(seen(asked), [options[1].value])
        [waiting] = (await found.session()).queue
        assert waiting.song.song_ref == options[1].value


@pytest.mark.parametrize("typed", ["qqqqzzzz wwww", "https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx"])
async def test_what_is_no_song_gets_a_sentence(state: Path, typed: str) -> None:
    async with party(state) as found:
        assert is_sentence(await found.add(found.people[1], typed))
        assert not (await found.session()).queue


async def test_two_presses_of_next_at_once_move_on_once(state: Path) -> None:
    async with party(state) as found:
        host, guest, other = found.people
        await found.join(guest, other)
        await found.press(host, "next")
        sessions, at = found.world.services.sessions.listen, At(found.world.music.id, 1)
        presses = (sessions.next(at, one.id, leads=True, after=1) for one in found.people)
        await asyncio.gather(*presses)
        assert len((await found.session()).songs) == 2
        assert len(found.posts()) == 2
        assert "song 2" in await found.panel_text()


async def test_a_majority_of_those_present_skips(state: Path) -> None:
    async with party(state, 5) as found:
        await found.join(*found.people[1:])
        await found.press(found.people[0], "next")
        await found.press(found.people[1], "skip")
        await found.press(found.people[2], "skip")
        assert "2 of 3 votes" in await found.panel_text()
        await found.press(found.people[2], "skip")  # taken back
        assert "1 of 3 votes" in await found.panel_text()
        await found.press(found.people[2], "skip")
        assert len((await found.session()).songs) == 1
        await found.press(found.people[3], "skip")
        session = await found.session()
        assert [song.skipped for song in session.songs] == [True, False]
        refused = await found.world.friend.click(
            await found.panel(), custom_id=f"session:{session.session}:skip:2"
        )
        assert "Join first" in text_of(refused)


async def test_only_the_host_and_whose_song_it_is_go_on_before_its_end(state: Path) -> None:
    async with party(state) as found:
        host, guest, other = found.people
        await found.join(guest, other)
        await found.press(host, "next")
        assert "press Skip" in text_of(await found.press(guest, "next"))
        await found.pass_time(1_000)
        await found.press(guest, "next")
        assert len((await found.session()).songs) == 2
        assert "Only the host" in text_of(await found.press(other, "end"))


async def test_a_poll_decides_what_comes_next(state: Path) -> None:
    async with party(state) as found:
        host, guest, other = found.people
        await found.join(guest, other)
        await found.add(guest, "Bohemian Rhapsody")
        await found.press(host, "next")
        await host.send(found.world.music, "!session vote")
        [message] = [message for message in found.messages() if message.poll is not None]
        assert message.poll is not None
        assert len(message.poll.answers) == 4
        assert f"<t:{int(found.clock[0] + POLL_SECONDS)}:T>" in message.content
        assert message.poll.question == "Which song comes next?"
        await guest.vote(message, answer=3)
        await other.vote(message, answer=3)
        await host.vote(message, answer=1)
        await found.world.restart()
        assert "A poll is running" in (await found.say(host, "!session vote")).content
        wanted = (await found.session()).poll
        assert wanted is not None
        await found.pass_time(POLL_SECONDS)
        told = found.messages()[-1].content
        assert told == f"“{wanted.songs[2].title}” won with 2 votes; it is next."
        assert message.id in [one.id for one in found.messages() if one.poll and one.poll.is_finalised()]
        await found.press(host, "next")
        session = await found.session()
        assert session.songs[-1].song == wanted.songs[2]
        assert session.songs[-1].pick.why == "poll"
        assert "it won the poll" in found.posts()[-1]


async def test_a_poll_that_was_deleted_is_drawn(state: Path) -> None:
    async with party(state) as found:
        await found.press(found.people[0], "next")
        await found.people[0].send(found.world.music, "!session vote")
        [message] = [message for message in found.messages() if message.poll is not None]
        songs = (await found.session()).poll.songs  # type: ignore[union-attr]
        await delete(found.world, message)
        await found.pass_time(POLL_SECONDS)
        winner = (await found.session()).upcoming[0].song
        assert winner in songs
        assert "cannot be read any more" in found.messages()[-1].content
        assert f"“{winner.title}” is next" in found.messages()[-1].content


async def test_with_auto_on_it_moves_on_at_the_end_of_a_song(state: Path) -> None:
    async with party(state, begin="fair true") as found:
        await found.press(found.people[0], "next")
        song = (await found.session()).songs[0].song
        assert song.seconds is not None
        await found.pass_time(song.seconds - 2)
        assert len(found.posts()) == 1
        await found.pass_time(3)
        assert len(found.posts()) == 2


async def test_who_leaves_the_voice_channel_is_asked_and_then_leaves(state: Path) -> None:
    async with party(state, begin=None) as found:
        host, guest, other = found.people
        voice = found.world.guild.create_voice_channel("lounge")
        await guest.join_voice(voice)
        await host.slash(found.world.music, "session start", voice=voice)
        await other.join_voice(voice)
        people = [person.user for person in (await found.session()).people]
        assert people == [host.id, guest.id, other.id]
        await guest.leave_voice()
        await other.leave_voice()
        assert "💤" in await found.panel_text()
        await found.pass_time(AWAY_SECONDS)
        asked = [message for message in found.messages() if "still listening" in message.content]
        assert len(asked) == 2
        [mine] = [message for message in asked if str(other.id) in message.content]
        await other.click(mine, label="Still here")
        await found.pass_time(ANSWER_SECONDS)
        assert [person.user for person in (await found.session()).people] == [host.id, other.id]


async def test_the_host_hands_over_and_the_last_one_ends_it(state: Path) -> None:
    async with party(state) as found:
        host, guest, _ = found.people
        await found.join(guest)
        await found.press(host, "next")
        await found.press(host, "leave")
        assert (await found.session()).host == guest.id
        assert "👑 **person-1**" in await found.panel_text()
        await found.press(guest, "leave")
        assert (await found.session()).ended_at is not None
        assert "over" in await found.panel_text()
        assert not custom_ids(await found.panel())
        assert "The session is over" in text_of(found.messages()[-1])


async def test_an_idle_session_ends_after_an_hour(state: Path) -> None:
    async with party(state) as found:
        await found.pass_time(IDLE_SECONDS - 1)
        assert (await found.session()).ended_at is None
        await found.pass_time(1)
        assert (await found.session()).ended_at is not None
        assert is_sentence(await found.say(found.people[0], "!session join"))


async def test_the_summary_has_songs_likes_people_a_map_and_files(state: Path) -> None:
    async with party(state) as found:
        host, guest, _ = found.people
        await found.join(guest)
        await found.add(guest, "Bohemian Rhapsody")
        for _ in range(4):
            await found.press(host, "next")
            await found.press(guest, "like" if len(found.posts()) == 2 else "dislike")
        assert "song 4" in await found.panel_text()
        await found.press(host, "end")
        last = found.messages()[-1]
        words = text_of(last)
        assert "4 songs in" in words
        assert "👍 1" in words
        assert "**person-1** · 2 songs" in words
        files = {file.filename: await file.read() for file in last.attachments}
        assert files["way.png"].startswith(b"\x89PNG")
        assert files["session.m3u8"].decode().count("#EXTINF") == 4
        pasted = text_of(await press(found.world, guest, last, "Links for Spotify"))
        links = [post.rpartition("\n")[2] for post in found.posts()]
        assert [line for line in pasted.splitlines() if line.startswith("https:")] == links
        assert "way.png" in (last.embeds[0].image.url or "")
        history = embed_of(await found.say(guest, "!session history"))
        assert [f"`{number:>2}`" in (history.description or "") for number in range(1, 5)] == [True] * 4


async def test_likes_in_a_session_are_the_same_as_anywhere(state: Path) -> None:
    async with party(state) as found:
        host = found.people[0]
        await found.press(host, "next")
        song = (await found.session()).songs[0].song
        assert "not be played to you again" in text_of(await found.press(host, "dislike"))
        assert song.song_ref in (await found.world.services.guilds.feedback.unwanted_by(host.id)).tracks
        assert "forgot" in text_of(await found.press(host, "dislike"))


async def test_buttons_of_ended_sessions_say_so(state: Path) -> None:
    async with party(state) as found:
        host = found.people[0]
        old = await found.panel()
        await found.press(host, "end")
        assert not custom_ids(await found.panel())
        assert "No session is open" in (await found.say(host, "!session next")).content
        await found.people[1].send(found.world.music, "!session start")
        with pytest.raises(NoSession, match="That session is over"):
            await found.world.services.sessions.listen.join(At(found.world.music.id, 1), host.id)
        assert custom_ids(old)[0] not in custom_ids(await found.panel())
        assert "open in this channel already" in (await found.say(host, "!session start")).content


async def test_a_panel_that_scrolled_away_is_posted_anew_and_one_that_was_deleted_too(state: Path) -> None:
    async with party(state) as found:
        first = await found.panel()
        for number in range(9):
            await found.people[1].send(found.world.music, f"chatter {number}")
        await found.press(found.people[0], "next")
        assert (await found.panel()).id == first.id  # posted a moment ago
        await found.pass_time(PAUSE_SECONDS)
        second = await found.panel()
        assert second.id != first.id
        assert found.messages()[-1].id == second.id
        assert first.id not in [message.id for message in found.messages()]
        await delete(found.world, second)
        third = await found.panel()
        assert third.id != second.id
        await found.press(found.people[0], "next")
        assert len(found.posts()) == 2


async def test_without_permission_it_waits_and_with_it_goes_on(state: Path) -> None:
    async with party(state, begin="fair true") as found:
        await found.press(found.people[0], "next")
        role = found.world.guild.default_role
        await set_sending(found.world, role, allowed=False)
        await found.pass_time(600)
        assert len((await found.session()).songs) == 1
        await set_sending(found.world, role, allowed=True)
        await found.pass_time(1)
        assert len(found.posts()) == 2


async def test_a_panel_that_is_always_deleted_comes_back_three_times_a_minute(state: Path) -> None:
    async with party(state) as found:
        host = found.people[0]

        def panels() -> list[discord.Message]:
            return [message for message in found.messages() if message.components]

        posted = 0
        for _ in range(10):
            for message in panels():
                await delete(found.world, message)
                posted += 1
            await found.world.env.settle()
        assert posted == 1 + 3
        assert len([message for message in found.messages() if "session show" in message.content]) == 1
        await found.say(host, "!session show")
        assert len(panels()) == 1
        found.clock[0] += 61
        await delete(found.world, panels()[0])
        await found.world.env.settle()
        assert len(panels()) == 1


async def test_the_links_of_a_session_are_shown_in_its_server_only(state: Path) -> None:
    async with party(state) as found:
        host = found.people[0]
        await found.press(host, "next")
        summary = found.world.services.sessions.summary
        number = (await found.session()).session
        scope = found.world.services.scope.nowhere
        assert len(await summary.tracks_of(number, replace(scope, guild=found.world.guild.id))) == 1
        for elsewhere in (None, found.world.guild.id + 1):
            with pytest.raises(NoSession):
                await summary.tracks_of(number, replace(scope, guild=elsewhere))


async def test_a_bot_that_is_timed_out_does_not_ask_for_permissions(state: Path) -> None:
    async with party(state, begin=None) as found:
        host = found.people[0]
        silence(found.world)
        answer = await host.slash(found.world.music, "session start")
        assert "timed out" in text_of(answer)
        await host.send(found.world.music, "!recommend Bohemian Rhapsody")
        [told] = host.user.dm_channel.history()
        assert "timed out" in told.content
        assert "permission" not in told.content


def silence(world: World) -> None:
    """Time the bot out for an hour."""
    me = world.guild.me
    world.env.backend.get_guild(world.guild.id).members[me.id].communication_disabled_until = (
        discord.utils.utcnow() + timedelta(hours=1)
    )
    me.timed_out_until = discord.utils.utcnow() + timedelta(hours=1)


async def test_a_deleted_channel_ends_its_session(state: Path) -> None:
    async with party(state) as found:
        await found.press(found.people[0], "next")
        channel = found.world.env.bot.get_channel(found.world.music.id)
        await channel.delete()
        await found.world.env.settle()
        assert (await found.session()).ended_at is not None
        await found.pass_time(10)


async def test_only_djs_begin_where_the_server_named_them(state: Path) -> None:
    async with party(state, begin=None) as found:
        role = found.world.guild.create_role("DJ")
        guilds = found.world.services.guilds.settings
        await guilds.change(found.world.guild.id, found.world.moderator.id, dj_role=role.id)
        assert "only DJs" in (await found.say(found.people[0], "!session start")).content
        dj = found.world.guild.add_member(found.world.env.create_user("dj"), roles=[role])
        await dj.send(found.world.music, "!session start hot")
        assert (await found.session()).mode == "hot"


async def test_a_journey_leads_from_song_to_song(state: Path) -> None:
    async with party(state, begin="journey") as found:
        host, guest, _ = found.people
        await found.add(host, "Bohemian Rhapsody")
        await found.add(guest, "Hotel California")
        for _ in range(5):
            await found.press(host, "next")
        session = await found.session()
        assert [played.pick.why for played in session.songs] == ["asked", "way", "way", "way", "asked"]
        assert session.songs[-1].song.title.startswith("Hotel California")
        assert "on the way to “Hotel California" in found.posts()[1]
        recommender = found.world.services.models.recommender
        played = [played.song.song_ref for played in session.songs]
        places = recommender.points_of(found.world.services.scope.nowhere.serving.tracks.rows_of(played))
        left_to_go = [float(((place - places[-1]) ** 2).sum()) for place in places]
        assert left_to_go[3] < left_to_go[0]


async def test_a_hot_session_plays_hot_songs_only(state: Path) -> None:
    async with party(state, begin="hot") as found:
        host = found.people[0]
        await found.world.services.hot_list.refresh()
        hot = (await found.world.services.hot_list.current()).chart.entries
        assert "not on the hot list" in text_of(await found.add(host, "Stairway to Heaven"))
        for _ in range(4):
            await found.press(host, "next")
        session = await found.session()
        for played in session.songs:
            assert any(entry.is_song(played.song.title, played.song.artists) for entry in hot)
        await found.say(host, "!session history")


async def test_what_somebody_is_listening_to_is_their_taste(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulated Discord knows no presences: here the display says what would be seen."""
    async with party(state) as found:
        host = found.people[0]
        display = display_of(found.world.env.bot)
        track_id = "4u7EnebtmKWzUH433cf5Qv"
        monkeypatch.setattr(
            display, "listening", lambda session: {person.user: track_id for person in session.people}
        )
        await found.press(host, "next")
        await found.press(host, "next")
        assert (await found.session()).songs[-1].pick.why == "taste"


async def delete(world: World, message: discord.Message) -> None:
    channel = world.env.bot.get_channel(message.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.get_partial_message(message.id).delete()
    await world.env.settle()


async def set_sending(world: World, role: Any, *, allowed: bool) -> None:
    channel = world.env.bot.get_channel(world.music.id)
    assert isinstance(channel, discord.TextChannel)
    target = channel.guild.get_role(role.id)
    assert target is not None
    await channel.set_permissions(target, send_messages=allowed)
    await world.env.settle()


@pytest.mark.slow
async def test_five_people_and_forty_songs(state: Path) -> None:
    """A long evening: joins, leaves, skips, polls, a restart, and the rules hold all the way."""
    wishes = ("Bohemian Rhapsody", "Hotel California", "Mr. Brightside", "Smells Like Teen Spirit", "Thunder")
    async with party(state, 5) as found:
        host = found.people[0]
        await found.join(*found.people[1:])
        for guest, wish in zip(found.people, wishes, strict=True):
            await found.add(guest, wish)
        while len((session := await found.session()).songs) < 40:
            number = len(session.songs)
            if number == 12:
                await found.press(found.people[4], "leave")
            if number == 17:
                await found.join(found.people[4])
            if number in (9, 30) and session.poll is None:
                await host.send(found.world.music, "!session vote")
                await found.pass_time(POLL_SECONDS)
            if number == 20:
                await found.world.restart()
            if number % 7 == 3:
                for guest in found.people[:3]:
                    await found.press(guest, "skip")
            else:
                await found.press(host, "next")
            await found.press(found.people[number % 5], "like")
        songs = [played.song for played in session.songs]
        for at, song in enumerate(songs):
            assert not any(song.is_version_of(other) for other in songs[:at])
            assert not any(song.shares_artist(other) for other in songs[max(0, at - ARTIST_PAUSE) : at])
        assert len(found.posts()) == 40
        assert sum(played.pick.why == "poll" for played in session.songs) == 2
        assert sum(played.skipped for played in session.songs) >= 4
        for guest in found.people[:4]:
            mine = [played.number for played in session.songs if played.pick.user == guest.id]
            assert max(b - a for a, b in zip([0, *mine], mine, strict=False)) <= 6
        assert {wish.split()[0] for wish in wishes} <= {song.title.split()[0] for song in songs}
        await found.press(host, "end")
        assert "40 songs" in text_of(found.messages()[-1])
