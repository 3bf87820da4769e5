"""Makes ready what is not: the embedded catalogue in the database, a model on it."""

from bot.cli.console import err, progress_bar
from bot.domain.errors import ModelUnavailable
from bot.services.import_catalogue import ImportProgress
from bot.services.train_model import CATALOGUE_FACT
from bot.settings import Settings
from bot.wiring import Services


async def prepare(services: Services, settings: Settings, *, retrain: bool) -> None:
    """Fill an empty catalogue, train a missing model, load it; silent when all is up to date.

    Args:
        retrain: whether a model of an older catalogue is replaced as well.

    Raises:
        SamewaveError: with what to do.
    """
    if await services.tracks.count() == 0:
        err.print("Filling the catalogue with the embedded table (only the first time) …")
        with progress_bar() as tell:

            def show(step: ImportProgress) -> None:
                tell(step.stage, step.fraction)

            await services.import_catalogue(settings.embedded_catalogue, progress=show)
    try:
        await services.models.load()
        fingerprint = services.models.recommender.bundle.fingerprint
        if not retrain or fingerprint == await services.facts.get(CATALOGUE_FACT):
            return
        err.print("The catalogue has changed since the model was trained; training it anew …")
    except ModelUnavailable as error:
        err.print("Training the model (only the first time) …" if "no model" in str(error) else str(error))
    with progress_bar() as tell:
        await services.train(clusters=settings.clusters, seed=settings.seed, progress=tell)
    await services.models.load()
