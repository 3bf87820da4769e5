"""A state whose bot uses stand-ins of the services."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings
from tests.support.settings import settings_for
from tests.support.stand_ins.charts import ChartsStandIn
from tests.support.stand_ins.covers import CoversStandIn
from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.listenbrainz import ListenBrainzStandIn
from tests.support.stand_ins.reccobeats import ReccoBeatsStandIn
from tests.support.stand_ins.songs import Song, made_up_song
from tests.support.stand_ins.spotify import CLIENT_ID, CLIENT_SECRET, SpotifyStandIn

TUNE = made_up_song(900, "Vapour Trail Polka", "The Nonexistent Nine")


@dataclass
class Outside:
    """The services' stand-ins and settings that point to them."""

    spotify: SpotifyStandIn
    reccobeats: ReccoBeatsStandIn
    charts: ChartsStandIn
    listenbrainz: ListenBrainzStandIn
    covers: CoversStandIn
    state: Path

    def settings(self, *, spotify: bool = True, **changes: Any) -> Settings:
        """With Spotify's credentials unless told otherwise; the settings' own names are their aliases."""
        credentials = {"SPOTIPY_CLIENT_ID": CLIENT_ID, "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET}
        addresses = {
            "spotify_api_url": self.spotify.api_url,
            "spotify_token_url": self.spotify.token_url,
            "reccobeats_url": self.reccobeats.api_url,
            "billboard_url": self.charts.url,
            "apple_url": self.charts.url,
            "deezer_url": self.charts.url,
            "labs_url": self.listenbrainz.url,
            "oembed_url": self.covers.url,
            "coverart_url": self.covers.url,
        }
        return settings_for(self.state, **(credentials if spotify else {}), **{**addresses, **changes})

    def forget_requests(self) -> None:
        for stand_in in self._all:
            stand_in.requests.clear()

    @property
    def asked(self) -> int:
        """The number of requests to all stand-ins."""
        return sum(len(stand_in.requests) for stand_in in self._all)

    @property
    def _all(self) -> Sequence[StandIn]:
        return self.spotify, self.reccobeats, self.charts, self.listenbrainz, self.covers


@asynccontextmanager
async def open_outside(state: Path, songs: list[Song] | None = None) -> AsyncIterator[Outside]:
    known = [TUNE] if songs is None else songs
    async with (
        SpotifyStandIn(songs=known) as spotify,
        ReccoBeatsStandIn(songs=known) as reccobeats,
        ChartsStandIn(songs=known) as charts,
        ListenBrainzStandIn(songs=known) as listenbrainz,
        CoversStandIn(songs=known) as covers,
    ):
        yield Outside(spotify, reccobeats, charts, listenbrainz, covers, state)


def in_database(state: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Query the state database through another connection."""
    with closing(sqlite3.connect(state / "state.db")) as connection:
        return connection.execute(sql, parameters).fetchall()


def make_old(state: Path, table: str, column: str) -> None:
    """Make the rows of a table older than its retention time."""
    with closing(sqlite3.connect(state / "state.db")) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = {column} - 31 * 86400")
