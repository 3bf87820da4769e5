"""Rate limit, hostile text, failures, permissions, help."""

import csv
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.ext import commands
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.charts import Chart, ChartEntry, StoredChart, compare
from bot.domain.pagination import page_count, page_of
from bot.domain.recommendations import Choice, ClusterReason, HotReason, Recommendation, SeedSong
from bot.domain.tracks import Track
from bot.i18n.translator import ENGLISH
from bot.model_building import open_maintenance
from bot.presentation import charts, embeds
from bot.presentation.sentences import sentence_for
from bot.presentation.texts import plain, shown
from tests.support.catalogues import catalogue_file
from tests.support.clocks import TurnedClock
from tests.support.reading import embed_of, is_sentence, menu, press, seen, text_of
from tests.support.settings import settings_for
from tests.support.world import World, open_world

HOSTILE = (
    "@everyone",
    "@here <@123456789012345678> <@&123456789012345678> <#123456789012345678>",
    "**bold** __under__ ~~gone~~ ||secret|| `code`",
    "```py\nprint('fence')\n```",
    "[click me](https://example.invalid/evil)",
    "https://example.invalid/evil",
    "# Heading > quote - list",
    "Long " + "long " * 399 + "end",
    "x" * 2_000,
    "\u202eesrever ni nettirw\u202c",
    "أغنية بلا اسم",
    "z\u0351\u0352\u0357\u035b\u0363\u0369\u036a\u036b\u036c\u036da\u0351\u0352\u0357\u035blgo",
    "🎵🎶👩‍👩‍👧‍👦🏳️‍🌈",
    "'; DROP TABLE tracks; --",
    '"quoted" AND OR NOT NEAR(',
    "%s %d {0} {user.name} $HOME `rm -rf`",
    "Null\u0000Byte\u0007Bell\u001b[31mRed",
    "\u200b\u200b\u200b invisible \u2060",
    "<script>alert(1)</script>",
    "１２３ ｆｕｌｌｗｉｄｔｈ",
)
MARKDOWN = re.compile(r"(?<!\\)(\*\*|__|~~|\|\||`)")


def made_up_table(path: Path, titles: Sequence[str], artist: str = "Nobody") -> Path:
    """A table of tracks by genre, one a title, each by an artist of its own."""
    names = [
        *("track_id", "artists", "album_name", "track_name", "popularity", "duration_ms", "explicit"),
        *("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness"),
        *("instrumentalness", "liveness", "valence", "tempo", "track_genre"),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        for number, title in enumerate(titles):
            share = number / len(titles)
            table.writerow(
                dict.fromkeys(("danceability", "energy", "speechiness", "liveness", "valence"), share)
                | {
                    "track_id": f"MadeUp{number:016d}",
                    "artists": f"{artist} {number}",
                    "album_name": "Nowhere",
                    "track_name": title.replace("\0", ""),  # no text file holds one
                    "popularity": 50,
                    "duration_ms": 180_000 + number,
                    "explicit": False,
                    "key": number % 12,
                    "mode": number % 2,
                    "loudness": -20 * share,
                    "acousticness": 1 - share,
                    "instrumentalness": 0.0,
                    "tempo": 90 + number,
                    "track_genre": "made up",
                }
            )
    return path


@asynccontextmanager
async def world_of(tmp_path: Path, titles: Sequence[str], artist: str = "Nobody") -> AsyncIterator[World]:
    """A bot that knows these songs alone, all in one cluster."""
    table = made_up_table(tmp_path / "table.csv", titles, artist)
    settings = settings_for(tmp_path / "small", clusters=1)
    async with open_maintenance(settings) as maintenance:
        await maintenance.import_catalogue(table)
        await maintenance.train(clusters=1, seed=1, progress=lambda stage, fraction: None)
    async with open_world(settings) as world:
        yield world


def check_limits(embed: discord.Embed) -> None:
    """Check Discord's limits of an embed."""
    assert len(embed) <= 6_000
    assert len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4_096
    assert len(embed.footer.text or "") <= 2_048
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 1 <= len((field.name or "").strip()) <= 256
        assert 1 <= len((field.value or "").strip()) <= 1_024
    words = "".join(part or "" for part in (embed.title, embed.description, embed.footer.text))
    assert words.strip()


def messages_sent(world: World) -> list[dict[str, Any]]:
    """The bodies of all messages that the bot posted."""
    bodies = [
        r.json for r in world.env.http_requests if r.method in ("POST", "PATCH") and isinstance(r.json, dict)
    ]
    return [body.get("data") or body for body in bodies]


async def test_hostile_titles_are_shown_harmlessly(tmp_path: Path) -> None:
    calm = [f"Calm Song {number}" for number in range(10)]
    async with world_of(tmp_path, [*HOSTILE, *calm], artist="@everyone **/** `Co`") as world:
        answer = await world.say(world.listener, "!recommend Calm Song 1")
        shown_titles = []
        others = await world.services.scope.nowhere.serving.tracks.count() - 1
        assert others > len(HOSTILE)  # the import may refuse the longest
        for _ in range(others):
            embed = embed_of(answer)
            check_limits(embed)
            shown_titles.append(embed.title or "")
            answer = await press(world, world.listener, answer, "Another")
        assert is_sentence(answer)  # everything was heard
        for title in shown_titles:
            assert not MARKDOWN.search(title), title
            assert not re.search(r"@(everyone|here)|<@[!&]?\d+>", title), title
            assert "\u202e" not in title
            assert "\x00" not in title
            assert "\x1b" not in title
        assert len(set(shown_titles)) == len(shown_titles)
        for message in world.music.history():
            if message.author.bot:
                assert not message.mention_everyone
                assert not message.mentions or message.mentions == [message.reference.resolved.author]
        for body in messages_sent(world):
            assert (body.get("allowed_mentions") or {}).get("parse", []) == []


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_queries_get_one_sentence(world: World, title: str) -> None:
    answer = await world.say(world.listener, f"!recommend {title}"[:2_000])
    assert answer.embeds or is_sentence(answer), text_of(answer)
    assert len(answer.content) <= 2_000
    assert "@everyone" not in answer.content
    assert not re.search(r"<@[!&]?\d+>", answer.content)


async def test_hostile_songs_can_be_asked_for_and_chosen(tmp_path: Path) -> None:
    calm = [f"Calm Song {number}" for number in range(18)]
    async with world_of(tmp_path, ["@everyone", "@everyone", "**loud**", "=1+1", *calm]) as world:
        question = await world.say(world.listener, "!recommend @everyone")
        check_limits(embed_of(question))
        [first, second] = menu(question).options
        assert first.value != second.value
        answer = await world.listener.select(question, [first.value])
        check_limits(embed_of(answer))
        assert not seen(answer).mention_everyone
        check_limits(embed_of(await world.say(world.listener, "!recommend **loud**")))


async def test_more_than_25_songs_of_one_name_fit_the_menu(tmp_path: Path) -> None:
    async with world_of(tmp_path, ["Same Name"] * 40, artist="A" * 150) as world:
        question = await world.say(world.listener, "!recommend Same Name")
        options = menu(question).options
        assert len(options) == 25
        assert len({option.value for option in options}) == 25
        assert all(len(option.label) <= 100 and len(option.description or "") <= 100 for option in options)


TEXT = st.text(max_size=2_500) | st.sampled_from(HOSTILE)


@given(TEXT, st.integers(1, 4_096))
def test_shown_text_keeps_its_limit_and_is_never_empty(text: str, limit: int) -> None:
    safe = shown(text, limit)
    assert 1 <= len(safe) <= limit
    assert "\n" not in safe
    assert not re.search(r"@(everyone|here)|<@[!&]?\d+>", safe)


@given(TEXT, st.integers(1, 300))
@example("0\r\x08\r0", 4)  # an invisible character between spaces
@example("a" + "\u0301" * 3 + "\u200b" + "\u0301" * 3, 300)  # and one between combining marks
def test_plain_text_keeps_its_limit_and_is_one_line(text: str, limit: int) -> None:
    line = plain(text, limit)
    assert 1 <= len(line) <= limit
    assert line.splitlines() == [line]
    assert plain(line, limit) == line


def tracks(title: str, artists: tuple[str, ...]) -> Track:
    return Track("4u7EnebtmKWzUH433cf5Qv", title, artists, album=title, release_year=1975)


ARTISTS = st.lists(TEXT, min_size=1, max_size=12).map(tuple)


@given(TEXT, ARTISTS, TEXT, st.lists(TEXT, max_size=3).map(tuple), st.booleans())
def test_every_recommendation_fits_an_embed(
    title: str, artists: tuple[str, ...], name: str, shared: tuple[str, ...], fell_over: bool
) -> None:
    track = tracks(title, artists)
    seed = SeedSong(title, artists, track)
    check_limits(
        embeds.recommendation(
            Recommendation(seed, track, ClusterReason(3, name, shared, fell_over), 3, 3), ENGLISH
        )
    )
    entry = ChartEntry(1, title, artists[0])
    chart = Chart("billboard", name, date(2026, 11, 21), (entry,))
    check_limits(
        embeds.recommendation(
            Recommendation(
                SeedSong(title, artists, None, entry), track, HotReason(chart, entry, entry), None, 3
            ),
            ENGLISH,
        )
    )


@given(TEXT, st.lists(st.tuples(TEXT, ARTISTS), min_size=2, max_size=25))
def test_every_choice_fits_a_menu(query: str, songs: list[tuple[str, tuple[str, ...]]]) -> None:
    asked = Choice(query, tuple(SeedSong(t, a, tracks(t, a), ChartEntry(9, t, a[0])) for t, a in songs))
    check_limits(embeds.choice(asked, ENGLISH))
    for song in asked.songs:
        option = embeds.option(song, ENGLISH)
        assert 1 <= len(option.label) <= 100
        assert 1 <= len(option.description or "") <= 100
        assert 1 <= len(option.value) <= 100


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=30), TEXT, st.integers(0, 29))
def test_every_page_and_every_change_of_the_hot_list_fits(
    songs: list[tuple[str, str]], name: str, cut: int
) -> None:
    entries = tuple(ChartEntry(n, t, a, n + 1, 1, 2) for n, (t, a) in enumerate(songs, start=1))
    chart = Chart("billboard", name, date(2026, 11, 21), entries)
    stored = StoredChart(chart, datetime.now(UTC))
    for number in range(page_count(len(entries), charts.PAGE)):
        page = page_of(entries, number, charts.PAGE)
        check_limits(charts.page_embed(stored, page, ENGLISH, stale=True))
    older = Chart("billboard", name, date(2026, 11, 14), entries[cut:] or entries)
    check_limits(charts.changes_embed(compare(older, chart), ENGLISH))
    check_limits(charts.changes_embed(compare(None, chart), ENGLISH))


async def test_each_user_has_an_own_rate_limit(state: Path) -> None:
    clock = TurnedClock()
    async with open_world(settings_for(state), pace=(2, 10.0), pace_clock=clock) as world:
        for _ in range(2):
            answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
            assert answer.embeds
        refused = await world.say(world.listener, "!recommend Bohemian Rhapsody")
        assert is_sentence(refused)
        assert re.search(r"in \d+ s", refused.content)
        assert (await world.say(world.friend, "!recommend Bohemian Rhapsody")).embeds
        pressed = await press(world, world.listener, answer, "Another")
        assert is_sentence(pressed)
        assert seen(pressed).flags.ephemeral
        slashed = await world.listener.slash(world.music, "recommend", song="Bohemian Rhapsody")
        assert is_sentence(slashed)
        assert seen(slashed).flags.ephemeral
        clock.turn(10.1)
        assert (await world.say(world.listener, "!recommend Bohemian Rhapsody")).embeds


async def test_other_bots_and_webhooks_are_not_answered(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.music, "!recommend Bohemian Rhapsody")
    await world.guild.create_webhook(world.music).send("!recommend Bohemian Rhapsody")
    assert len(world.music.history()) == 2


def posts(world: World) -> int:
    return len([r for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/messages")])


async def test_a_channel_without_permission_gets_few_attempts(world: World) -> None:
    world.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions", times=None
    )
    for number in range(1, 4):
        for command in ("!recommend Bohemian Rhapsody", "!recommend zzzzqqqq", "!hotlist"):
            await world.listener.send(world.music, command)
        assert posts(world) <= 2 * 3 * number  # the answer and at most one word about its failure


async def test_discord_failing_once_is_survived(
    world: World, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=500, times=1)
    await world.listener.send(world.music, "!recommend Bohemian Rhapsody")
    caplog.clear()
    assert (await world.say(world.listener, "!recommend Bohemian Rhapsody")).embeds


REFERENCE = re.compile(r"`([0-9a-f]{6,})`")


async def corrupt(world: World) -> None:
    """Overwrite every page of state and catalogue except the first, as a failing disk would."""
    path = world.settings.database
    for name in (path, path.with_name(path.name + "-wal"), catalogue_file(world.settings.state_dir)):
        if name.exists():
            with name.open("r+b") as file:
                size = name.stat().st_size
                file.seek(0 if name.name.endswith("-wal") else 100)
                file.write(b"\xa5" * (size - 100))


@pytest.mark.parametrize("way", ["text", "slash", "button"])
async def test_a_damaged_database_is_a_sentence_and_in_the_log(
    world: World, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    await corrupt(world)
    if way == "text":
        told = await world.say(world.listener, "!recommend Yesterday Once More Again")
    elif way == "slash":
        told = await world.listener.slash(world.music, "recommend", song="Yesterday Once More Again")
    else:
        told = await press(world, world.friend, answer, "Another")
    words = text_of(told)
    assert "Traceback" not in words
    assert "sqlite" not in words.lower()
    assert "\n" not in words.strip()
    assert not REFERENCE.search(words)
    if way != "text":
        assert seen(told).flags.ephemeral
    logged = [record for record in caplog.records if record.name.startswith("bot.")]
    assert any("malformed" in record.getMessage() for record in logged), logged
    caplog.clear()  # the errors of this test were wanted


def test_an_unexpected_error_gets_a_reference_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    sentence = sentence_for(commands.CommandInvokeError(ZeroDivisionError("secret")), ENGLISH, prefix="!")
    assert sentence
    found = REFERENCE.search(sentence)
    assert found
    assert "secret" not in sentence
    [record] = [record for record in caplog.records if record.name.startswith("bot.")]
    assert found[1] in record.getMessage()
    assert record.exc_info
    caplog.clear()  # the error of this test was wanted


async def test_a_bot_without_a_model_says_what_its_host_must_do(state: Path, tmp_path: Path) -> None:
    shutil.copytree(state, tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare" / "models")
    async with open_world(settings_for(tmp_path / "bare"), load=False) as world:
        answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
        assert is_sentence(answer)
        assert "samewave train" in text_of(answer)


async def test_a_model_removed_under_a_running_bot_changes_nothing(world: World) -> None:
    shutil.rmtree(world.settings.models)
    assert (await world.say(world.listener, "!recommend Bohemian Rhapsody")).embeds


async def test_help_lists_every_command_with_an_example(world: World) -> None:
    moderators = {"settings", "block", "unblock", "status", "daily"}
    for who, left_out in ((world.moderator, set()), (world.listener, moderators)):
        embed = embed_of(await world.say(who, "!help"))
        check_limits(embed)
        named = {
            line.removeprefix("`!").split(" ")[0].rstrip("`")
            for field in embed.fields
            for line in (field.value or "").split("\n")
        }
        assert named == {command.name for command in world.env.bot.commands if not command.hidden} - left_out


async def test_help_for_each_command(world: World) -> None:
    names = [command.qualified_name for command in world.env.bot.walk_commands() if not command.hidden]
    assert {"recommend", "hotlist", "hotlist refresh", "help"} <= set(names)
    for name in names:
        embed = embed_of(await world.say(world.moderator, f"!help {name}"))
        check_limits(embed)
        assert f"!{name}" in (embed.title or "")
        assert (embed.description or "").strip()


async def test_help_for_nothing_known_points_to_help(world: World) -> None:
    embed = embed_of(await world.say(world.listener, "!help dance @everyone"))
    assert "!help" in (embed.description or "")
    assert "@everyone" not in (embed.description or "")
