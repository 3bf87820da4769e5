"""Context menus, and what people are listening to."""

from pathlib import Path
from typing import Any

import discord
import pytest

from tests.support.reading import BOHEMIAN, embed_of, is_sentence, seen, text_of
from tests.support.settings import settings_for
from tests.support.world import World, open_world

MESSAGE_MENU = "Recommend from this"
USER_MENU = "What are they listening to?"


def listening(world: World, who: Any, track_id: str | None) -> None:
    """What the gateway tells when somebody listens on Spotify, or stops."""
    activity = {
        "type": 2,
        "name": "Spotify",
        "id": "spotify:1",
        "flags": 48,
        "details": "Bohemian Rhapsody",
        "state": "Queen",
        "sync_id": track_id,
        "session_id": "s",
        "party": {"id": f"spotify:{who.id}"},
        "assets": {"large_image": "spotify:x", "large_text": "A Night at the Opera"},
        "timestamps": {"start": 1_700_000_000_000, "end": 1_700_000_354_000},
        "created_at": 1_700_000_000_000,
    }
    world.env.bot._connection.parse_presence_update(
        {
            "user": {"id": str(who.id)},
            "guild_id": str(world.guild.id),
            "status": "online",
            "activities": [activity] if track_id else [],
            "client_status": {"desktop": "online"},
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        f"listen to this: https://open.spotify.com/intl-de/track/{BOHEMIAN}?si=1 !!",
        "Bohemian Rhapsody",
        "!similar Bohemian Rhapsody",
    ],
)
async def test_a_message_with_a_link_or_a_title_is_recommended_from(world: World, text: str) -> None:
    message = await world.friend.send(world.music, text)
    answer = await world.listener.context_menu(world.music, MESSAGE_MENU, message)
    assert "Bohemian Rhapsody" in (embed_of(answer).footer.text or "")


async def test_the_bots_own_answer_is_a_song_too(world: World) -> None:
    first = await world.say(world.friend, "!recommend Bohemian Rhapsody")
    answer = await world.listener.context_menu(world.music, MESSAGE_MENU, first)
    assert discord.utils.remove_markdown(embed_of(first).title or "") in discord.utils.remove_markdown(
        embed_of(answer).footer.text or ""
    )


@pytest.mark.parametrize(
    "text", ["two\nlines of talk", "x" * 500, "https://open.spotify.com/album/" + BOHEMIAN]
)
async def test_a_message_without_a_song_gets_one_sentence(world: World, text: str) -> None:
    message = await world.friend.send(world.music, text)
    answer = await world.listener.context_menu(world.music, MESSAGE_MENU, message)
    assert is_sentence(answer)
    assert seen(answer).flags.ephemeral


async def test_without_the_presence_intent_nobody_is_seen_listening(world: World) -> None:
    assert is_sentence(await world.listener.context_menu(world.music, USER_MENU, world.friend))
    assert is_sentence(await world.say(world.listener, "!recommend"))
    assert is_sentence(await world.listener.slash(world.music, "recommend"))


async def test_what_somebody_is_listening_to_is_recommended_from(state: Path) -> None:
    async with open_world(settings_for(state), presences=True) as world:
        assert is_sentence(await world.listener.context_menu(world.music, USER_MENU, world.friend))
        listening(world, world.friend, BOHEMIAN)
        answer = await world.listener.context_menu(world.music, USER_MENU, world.friend)
        assert "friend" in seen(answer).content
        assert BOHEMIAN in seen(answer).content
        assert "Bohemian Rhapsody" in text_of(answer)
        own = await world.say(world.friend, "!recommend")
        assert "Bohemian Rhapsody" in (embed_of(own).footer.text or "")
        assert "Bohemian Rhapsody" in text_of(await world.friend.slash(world.music, "recommend"))
        listening(world, world.friend, None)
        assert is_sentence(await world.say(world.friend, "!recommend"))
