"""Settings and a command line that reach nothing outside."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.settings import Settings
from tests.support.clocks import HANG_SECONDS

NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody listens, so a connection is refused at once."""


def settings_for(state: Path, **changes: Any) -> Settings:
    """Settings that reach nothing outside, unless a test points them to a stand-in."""
    outside = {
        "spotify_api_url": NOWHERE,
        "spotify_token_url": NOWHERE,
        "reccobeats_url": NOWHERE,
        "billboard_url": NOWHERE,
        "apple_url": NOWHERE,
        "deezer_url": NOWHERE,
        "labs_url": NOWHERE,
        "oembed_url": NOWHERE,
        "coverart_url": NOWHERE,
        "spotify_114k_url": NOWHERE,
        "tidytuesday_2020_url": NOWHERE,
        "catalogue": "embedded",
    }
    return Settings(_env_file=None, state_dir=state, **{**outside, **changes})


def environment_for(state: Path, **changes: str) -> dict[str, str]:
    """The same for a separate process."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SAMEWAVE_", "SPOTIPY_", "DISCORD_"))
    }
    outside = {
        f"SAMEWAVE_{name}_URL": NOWHERE
        for name in (
            "SPOTIFY_API",
            "SPOTIFY_TOKEN",
            "RECCOBEATS",
            "BILLBOARD",
            "APPLE",
            "DEEZER",
            "LABS",
            "OEMBED",
            "COVERART",
            "SPOTIFY_114K",
            "TIDYTUESDAY_2020",
        )
    }
    outside["SAMEWAVE_CATALOGUE"] = "embedded"
    outside["SSL_CERT_FILE"] = os.devnull  # aiohttp reads all certificates when it is imported
    return {**clean, **outside, "SAMEWAVE_STATE_DIR": str(state), "SAMEWAVE_DEMO_PORT": "0", **changes}


def samewave(
    *arguments: str, state: Path, typed: str = "", **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, with `typed` on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment_for(state, **changes),
        capture_output=True,
        input=typed,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def python(*lines: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run some lines of Python in a process of their own, from the project's folder."""
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env=environment_for(state),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
