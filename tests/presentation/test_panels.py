"""Panels fit Discord's limits for any names of servers, songs and artists."""

from datetime import UTC, date, datetime

import discord
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.charts import Attempt, Chart, ChartEntry, ChartOrigin, StoredChart
from bot.domain.guilds import Change, GuildLists, GuildSettings
from bot.domain.pagination import page_count, page_of
from bot.domain.taste import KnownSong
from bot.i18n.translator import ENGLISH
from bot.presentation import charts, moderation, settings_panel

NOW = datetime(2026, 11, 21, tzinfo=UTC)
_text = st.text(min_size=1, max_size=400) | st.sampled_from(
    ["@everyone", "**`" * 80, "\u202e" * 50, "[x](y)"]
)
_song = st.builds(KnownSong, st.just("a"), _text, st.lists(_text, min_size=1, max_size=5).map(tuple))
_songs = st.lists(_song, max_size=30).map(tuple)
_ids = st.integers(1, 2**63 - 1)
_settings = st.builds(
    GuildSettings,
    prefix=st.none() | st.text("!?.$%&", min_size=1, max_size=5),
    channels=st.frozensets(_ids, max_size=25),
    explicit=st.sampled_from([None, "never", "age-restricted", "always"]),
    player=st.booleans(),
    dj_role=st.none() | _ids,
    quiet=st.booleans(),
    familiarity=st.sampled_from([None, "known", "hidden"]),
)

DEFAULTS = settings_panel.Defaults("!", "age-restricted")


def fits(embed: discord.Embed) -> bool:
    return (
        len(embed) <= 6_000
        and 0 < len(embed.title or "") <= 256
        and len(embed.description or "") <= 4_096
        and len(embed.fields) <= 25
        and all(0 < len(f.name or "") <= 256 and 0 < len(f.value or "") <= 1_024 for f in embed.fields)
        and "@everyone" not in str(embed.to_dict())
    )


@given(server=_text, before=_settings, after=_settings)
@settings(max_examples=60)
def test_the_panel_and_its_confirmation(server: str, before: GuildSettings, after: GuildSettings) -> None:
    assert fits(settings_panel.panel(after, server, DEFAULTS, ENGLISH))
    words = settings_panel.changed(before, after, DEFAULTS, ENGLISH)
    assert 0 < len(words) <= 2_000
    assert ("Nothing changed" in words) is (before == after)


@given(
    changes=st.lists(
        st.builds(
            Change,
            moderator=st.none() | _ids,
            what=st.sampled_from(["pinned", "unpinned", "blocked", "unblocked"]),
            before=st.none(),
            after=_song.map(lambda song: [song.title, list(song.artists)]),
            at=st.just(NOW),
        )
        | st.builds(
            Change,
            moderator=st.none() | _ids,
            what=st.just("channels"),
            before=st.lists(_ids, max_size=25),
            after=st.lists(_ids, max_size=25),
            at=st.just(NOW),
        ),
        max_size=10,
    )
)
@settings(max_examples=40)
def test_the_log(changes: list[Change]) -> None:
    embed = settings_panel.log_page(page_of(changes, 0, 10), DEFAULTS, ENGLISH)
    assert fits(embed)
    assert (embed.description or "").count("<t:") == len(changes)


@given(pinned=_songs, blocked=_songs, artists=st.lists(_text, max_size=30).map(tuple))
@settings(max_examples=40)
def test_pins_and_blocks(
    pinned: tuple[KnownSong, ...], blocked: tuple[KnownSong, ...], artists: tuple[str, ...]
) -> None:
    lists = GuildLists(pinned, blocked, artists)
    everything: list[str | KnownSong] = [*artists, *blocked]
    for number in range(page_count(len(everything), moderation.PAGE)):
        page = page_of(everything, number, moderation.PAGE)
        assert fits(moderation.blocked_page(page, ENGLISH))
    entries = tuple(
        ChartEntry(rank, song.title, ", ".join(song.artists)) for rank, song in enumerate(blocked, start=1)
    )
    stored = StoredChart(Chart("x", "Hot 100", date(2026, 11, 21), entries), NOW)
    for number in range(page_count(len(entries), charts.PAGE)):
        listed = page_of(entries, number, charts.PAGE)
        assert fits(charts.page_embed(stored, listed, ENGLISH, stale=True, lists=lists))
    origin = ChartOrigin(stored, (Attempt("Billboard", "not whole"), Attempt("catalogue", "answered")), NOW)
    assert fits(charts.origin_embed(origin, ENGLISH, stale=True))
    for song in pinned:
        for before in (None, "pinned", "blocked"):
            words = moderation.pinned_or_blocked(song, "blocked", before, ENGLISH)
            assert 0 < len(words) < 600
