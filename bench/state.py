"""A state folder with the embedded catalogue and a model, and settings that reach nothing outside."""

from pathlib import Path

from bot.model_building import open_maintenance
from bot.settings import Settings

NOWHERE = "http://127.0.0.1:9"


def offline_settings(state: Path) -> Settings:
    """No outside world: every address refuses at once."""
    return Settings(
        _env_file=None,
        state_dir=state,
        reccobeats=False,
        deezer=False,
        covers=False,
        billboard_url=NOWHERE,
        apple_url=NOWHERE,
        deezer_url=NOWHERE,
    )


async def filled_state(state: Path) -> None:
    """Import and train once."""
    settings = offline_settings(state)
    async with open_maintenance(settings) as maintenance:
        await maintenance.import_catalogue(settings.embedded_catalogue)
        await maintenance.train(clusters=None, seed=settings.seed, progress=lambda stage, fraction: None)
