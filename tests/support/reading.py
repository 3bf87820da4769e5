"""What a person sees of an answer."""

from typing import Any

import discord

from bot.domain.tracks import Track
from tests.support.world import World

BOHEMIAN = "4u7EnebtmKWzUH433cf5Qv"
"""The catalogue's most popular "Bohemian Rhapsody"."""


def seen(answer: Any) -> discord.Message:
    """The message that answered a press, a choice or a slash command."""
    if isinstance(answer, discord.Message):
        return answer
    [*_, last] = [message for message in (answer.response, *answer.followups) if message is not None]
    assert isinstance(last.message, discord.Message)
    return last.message


def embed_of(answer: Any) -> discord.Embed:
    [embed] = seen(answer).embeds
    return embed


def everything_in(embed: discord.Embed) -> str:
    parts = [embed.title, embed.description, embed.footer.text]
    parts += [part for field in embed.fields for part in (field.name, field.value)]
    return "\n".join(part for part in parts if part)


def text_of(answer: Any) -> str:
    """All words of an answer."""
    message = seen(answer)
    return "\n".join([message.content, *map(everything_in, message.embeds)])


def is_sentence(answer: Any) -> bool:
    """Whether an answer is one sentence: no embed, no buttons, no traceback, no class name."""
    message = seen(answer)
    words = message.content
    return (
        bool(words.strip())
        and not message.embeds
        and not message.components
        and "\n" not in words
        and words.rstrip().endswith((".", "!", "?", "`"))
        and "Traceback" not in words
        and "Error" not in words
        and "reference" not in words
    )


def components_of(answer: Any) -> list[Any]:
    return [part for row in seen(answer).components for part in row.children]


def button(answer: Any, label: str) -> discord.Button:
    [found] = [part for part in components_of(answer) if getattr(part, "label", None) == label]
    assert isinstance(found, discord.Button)
    return found


def menu(answer: Any) -> discord.SelectMenu:
    [found] = [part for part in components_of(answer) if isinstance(part, discord.SelectMenu)]
    return found


def is_unknown(answer: Any) -> bool:
    """Whether an answer says that no song goes by that name, with or without songs that come near."""
    embeds = seen(answer).embeds
    return is_sentence(answer) if not embeds else embeds[0].title == "Did you mean …?"


def buttons(answer: Any) -> list[discord.Button]:
    return [part for part in components_of(answer) if isinstance(part, discord.Button)]


def picked_id(answer: Any) -> str:
    url = embed_of(answer).url
    assert url is not None
    return url.rpartition("/")[2]


async def picked(world: World, answer: Any) -> Track:
    """The catalogue's track that an answer names."""
    track = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))
    assert track is not None
    return track


async def cluster_of(world: World, track_id: str) -> int:
    track = await world.services.scope.nowhere.serving.tracks.by_id(track_id)
    assert track is not None
    assert track.row is not None
    seed = world.services.models.recommender.seed_of_row(track.row)
    assert seed is not None
    return seed.cluster


async def press(world: World, who: Any, answer: Any, label: str) -> Any:
    return await who.click(seen(answer), label=label)


async def artists_beside(world: World, track_id: str) -> int:
    """How many artists other than the song's own its cluster has."""
    recommender = world.services.models.recommender
    track = await world.services.scope.nowhere.serving.tracks.by_id(track_id)
    assert track is not None
    assert track.row is not None
    arrays = recommender.bundle.arrays
    rows = arrays.rows[arrays.clusters == await cluster_of(world, track_id)]
    numbers = {recommender.artist_of_row(int(row)) for row in rows}
    assert len(numbers) > 2
    return len(numbers - {recommender.artist_of_row(track.row)})
