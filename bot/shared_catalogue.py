"""Opens the place where catalogue and model are shared by several machines."""

from bot.services.catalogue.backup import StateFolder
from bot.services.catalogue.pull import PullCatalogue, SharedPlace
from bot.settings import Settings
from bot.sources.catalogues.shared import SharedAddress
from bot.sources.http import Http
from bot.storage.catalogue.published import INDEX
from bot.storage.catalogue.shared_folder import SharedFolder


def open_pull(settings: Settings, http: Http) -> PullCatalogue | None:
    """The use case that pulls the published pair; None if no place is set."""
    if settings.shared_catalogue is None:
        return None
    folder = settings.shared_folder
    place: SharedPlace = (
        SharedFolder(folder) if folder else SharedAddress(settings.shared_catalogue, http, index=INDEX)
    )
    return PullCatalogue(place, StateFolder(settings.state_dir))
