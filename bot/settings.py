"""All settings, read from the environment (or an env file) at startup and passed down as values."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = "SAMEWAVE_ENV_FILE"
"""The variable that names an env file; `samewave --env-file` sets it, so that child processes read it too."""
ChartName = Literal["billboard", "apple", "deezer"]


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("an address begins with http:// or https:// and a host")
    return value


Address = Annotated[str, AfterValidator(_address)]
CatalogueName = Literal["spotify-114k", "tidytuesday-2020", "embedded"]


class Settings(BaseSettings):
    """Every setting with its default; the README's table is checked against this class."""

    model_config = SettingsConfigDict(
        env_prefix="SAMEWAVE_", extra="ignore", frozen=True, env_ignore_empty=True
    )

    discord_token: SecretStr | None = Field(
        None, validation_alias="DISCORD_TOKEN", description="the bot's token; without it, the local demo"
    )
    spotify_client_id: str | None = Field(
        None,
        validation_alias="SPOTIPY_CLIENT_ID",
        description="a Spotify app, for songs outside the catalogue",
    )
    spotify_client_secret: SecretStr | None = Field(
        None, validation_alias="SPOTIPY_CLIENT_SECRET", description="its secret"
    )

    data_dir: Path = Field(ROOT / "data", description="where the embedded catalogue lies")
    state_dir: Path = Field(ROOT / "data" / "state", description="database and models; the volume to keep")
    database_url: SecretStr | None = Field(
        None, description="of a PostgreSQL that holds the state; unset, SQLite in the state folder"
    )
    shard_ids: str | None = Field(None, description="the shards of this process, such as 0-3 or 0,2,5-7")
    shard_count: int | None = Field(
        None, ge=1, le=10_000, description="how many shards there are in all; unset, Discord's advice"
    )
    process: str | None = Field(
        None, description="in place of the shards: this process's place in a set, such as 2/4"
    )
    prefix: str = Field("!", min_length=1, max_length=5, description="what text commands begin with")
    explicit: Literal["always", "age-restricted", "never"] = Field(
        "always", description="where explicit songs may be recommended"
    )
    unrated: Literal["explicit", "clean"] = Field(
        "explicit", description="what songs count as of which nobody knows whether they are explicit"
    )
    presences: bool = Field(
        False, description="see what people are listening to on Spotify (needs two privileged intents)"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")
    log_format: Literal["plain", "json"] = Field(
        "plain", description="lines for people, or one JSON object each"
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="serves metrics for Prometheus; unset, none"
    )
    metrics_host: str = Field("127.0.0.1", min_length=1, description="the address that port is opened on")
    web_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="serves the companion page beside the bot; unset, it does not; 0 takes a free one",
    )
    web_host: str = Field("127.0.0.1", min_length=1, description="the address that port is opened on")
    web_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="addresses or networks of the reverse proxies in front of the page"
    )
    demo_port: int = Field(8765, ge=0, le=65535, description="the local page's port; 0 takes a free one")

    catalogue: CatalogueName = Field(
        "spotify-114k",
        description="which public catalogue the first start gets by itself; embedded gets none",
    )
    shared_catalogue: str | None = Field(
        None,
        description="a folder or an http(s) address where catalogue and model are published for all machines",
    )
    spotify_114k_url: Address = Field(
        "https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset/resolve/main/dataset.csv",
        description="address of that file",
    )
    tidytuesday_2020_url: Address = Field(
        "https://raw.githubusercontent.com/rfordatascience/tidytuesday/main/data/2020/2020-01-21/"
        "spotify_songs.csv",
        description="address of that file",
    )
    clusters: int | None = Field(None, ge=1, description="how many clusters; unset grows with the catalogue")
    seed: int = Field(1234, ge=0, description="of the training's random choices")

    outside_seconds: float = Field(
        3.2, gt=0, le=10, description="how long a reply may wait for the outside world"
    )
    reccobeats: bool = Field(True, description="whether ReccoBeats may be asked for songs and features")
    deezer: bool = Field(True, description="whether Deezer may be asked for songs, covers and previews")
    listenbrainz: bool = Field(
        False, description="whether ListenBrainz labs may be asked what people play together"
    )
    covers: bool = Field(True, description="whether covers and previews are looked up")
    spotify_api_url: Address = Field("https://api.spotify.com/v1/", description="base address")
    spotify_token_url: Address = Field("https://accounts.spotify.com/api/token", description="token address")
    reccobeats_url: Address = Field("https://api.reccobeats.com/v1", description="base address")

    hotlist_sources: Annotated[tuple[ChartName, ...], NoDecode] = Field(
        ("billboard", "apple", "deezer"), description="charts in the order tried, separated by commas"
    )
    hotlist_cooldown_minutes: float = Field(
        10, ge=0, description="the shortest time between two refreshes of the hot list"
    )
    hotlist_country: str = Field("us", pattern="^[a-z]{2}$", description="the country of Apple's chart")
    billboard_url: Address = Field("https://www.billboard.com", description="base address")
    apple_url: Address = Field("https://rss.marketingtools.apple.com", description="base address")
    deezer_url: Address = Field("https://api.deezer.com", description="base address")
    labs_url: Address = Field("https://labs.api.listenbrainz.org", description="base address")
    oembed_url: Address = Field("https://open.spotify.com", description="base address")
    coverart_url: Address = Field("https://coverartarchive.org", description="base address")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and urlsplit(value.get_secret_value()).scheme not in ("postgresql", "postgres"):
            raise ValueError("the address begins with postgresql://")
        return value

    @field_validator("shared_catalogue")
    @classmethod
    def _place(cls, value: str | None) -> str | None:
        return _address(value) if value is not None and "://" in value else value

    @field_validator("web_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(one, strict=False)) for one in value)

    @field_validator("hotlist_sources", "web_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @property
    def database(self) -> Path:
        """The SQLite file of the state database."""
        return self.state_dir / "state.db"

    @property
    def postgres(self) -> str | None:
        """The URL of the PostgreSQL that holds the state; None for SQLite."""
        return self.database_url.get_secret_value() if self.database_url else None

    @property
    def sharding(self) -> dict[str, Any]:
        """What `bot.domain.shards.shards_of` takes."""
        return {
            "ids": self.shard_ids,
            "count": self.shard_count,
            "process": self.process,
            "shared": self.database_url is not None,
        }

    @property
    def shared_folder(self) -> Path | None:
        """The folder where catalogue and model are published; None without one, or for an address."""
        place = self.shared_catalogue
        return None if place is None or "://" in place else Path(place).absolute()

    @property
    def catalogues(self) -> Path:
        """The folder of catalogue files."""
        return self.state_dir / "catalogues"

    @property
    def models(self) -> Path:
        """The folder of model bundles."""
        return self.state_dir / "models"

    @property
    def report(self) -> Path:
        """The report of `samewave report`, shown by the companion page."""
        return self.state_dir / "report" / "report.html"

    @property
    def embedded_quality(self) -> Path:
        """The figures of `samewave evaluate` for that table."""
        return self.data_dir / "embedded" / "quality.json"

    @property
    def embedded_catalogue(self) -> Path:
        """The table that ships with the project."""
        return self.data_dir / "embedded" / "spotify_by_genre.parquet"


def env_files() -> tuple[Path, ...]:
    """The files that settings are read from, beside the environment; the last one counts most.

    The named one, else `.env` of the state folder and of the project. A `.env` of the current folder is never
    read: in a stranger's folder it could redirect the state.
    """
    if named := os.environ.get(ENV_FILE):
        return (Path(named),)
    state_dir = Settings(_env_file=ROOT / ".env").state_dir
    return (state_dir / ".env", ROOT / ".env")


def read_settings() -> Settings:
    """Read the settings from the environment and the env files.

    Raises:
        ValidationError: a setting is not valid.
        OSError: the named file cannot be read.
    """
    files = env_files()
    if os.environ.get(ENV_FILE):
        files[0].open("rb").close()  # a missing one would be ignored
        return Settings(_env_file=files)
    # A file in the state folder cannot name another state folder.
    return Settings(_env_file=files, state_dir=Settings(_env_file=files[-1]).state_dir)
