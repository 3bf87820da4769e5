"""`samewave catalogue`: lists imported and public catalogues, and gets public ones."""

import os
from collections.abc import Mapping
from contextlib import suppress

import click

from bot.cli.catalogue import fill, upkeep
from bot.cli.console import load_settings, run_async, say
from bot.cli.import_report import lines_of
from bot.cli.progress import Tell
from bot.cli.shared_catalogue import pull_command, push_command
from bot.domain.errors import SamewaveError
from bot.model_building import MaintenanceServices, open_maintenance
from bot.services.catalogue.import_tables import ImportReport
from bot.services.catalogue.public import GetPublicCatalogue
from bot.settings import Settings
from bot.sources.catalogues.download import fetch_file
from bot.sources.catalogues.public import PublicCatalogue, licences_of, public_catalogues


def catalogues_of(settings: Settings) -> Mapping[str, PublicCatalogue]:
    """The public catalogues with the configured URLs."""
    return public_catalogues(
        spotify_114k=settings.spotify_114k_url, tidytuesday_2020=settings.tidytuesday_2020_url
    )


@click.group(invoke_without_command=True)
@click.pass_context
def catalogue(context: click.Context) -> None:
    """List the imported songs and the public catalogues, with their licences."""
    if context.invoked_subcommand is None:
        run_async(_list(load_settings()))


async def _list(settings: Settings) -> None:
    known = catalogues_of(settings)
    async with open_maintenance(settings) as maintenance:
        current = maintenance.catalogues.open()
        files = current.imported_files()
        tracks = current.look_up("SELECT count(*) FROM tracks")[0][0]
    click.echo(f"Current catalogue: {tracks:,} tracks" + (", imported from" if files else "."))
    for name, licence in licences_of(files):
        click.echo(f"  {name:<18}{licence or 'your own table'}")
    click.echo("Available with `samewave catalogue get NAME`:")
    for public in known.values():
        there = " (imported already)" if public.file_name in files else ""
        click.echo(f"  {public.name:<18}{public.what}, about {public.megabytes} MB{there}")
        click.echo(f"  {'':<18}licence: {public.licence}")
        click.echo(f"  {'':<18}{public.page}")


catalogue.add_command(push_command)
catalogue.add_command(pull_command)


@catalogue.command("get")
@click.argument("name")
@click.option(
    "--in-background", is_flag=True, hidden=True, help="One line at the beginning and one at the end."
)
def get(name: str, in_background: bool) -> None:
    """Download the public catalogue NAME, check it, import it and train on it.

    An interrupted download is resumed.
    """
    settings = load_settings()
    known = catalogues_of(settings)
    if name not in known:
        raise click.ClickException(f"There is no catalogue {name!r}; available are: {', '.join(known)}.")
    public = known[name]
    if in_background:
        run_async(_get_quietly(settings, public))
        return
    click.echo(f"{public.name}: {public.what}.\nLicence: {public.licence}.\nSource: {public.page}")
    installed = run_async(_get(settings, public))
    if installed is None:
        click.echo(f"{public.name} is imported already.")
        return
    report, model = installed
    for line in lines_of(report, public.file_name, explicit=settings.explicit, trained=True):
        click.echo(line)
    click.echo(f"{public.name} is the current catalogue, with the model {model}.")
    click.echo(f"Licence: {public.licence}.")


async def _get(settings: Settings, public: PublicCatalogue) -> tuple[ImportReport, str] | None:
    async with upkeep(settings) as (maintenance, tell):
        if public.file_name in maintenance.catalogues.open().imported_files():
            return None
        await fill(maintenance, settings, tell)
        return await _install(maintenance, settings, public, tell)


async def _install(
    maintenance: MaintenanceServices, settings: Settings, public: PublicCatalogue, tell: Tell
) -> tuple[ImportReport, str]:
    downloads = settings.state_dir / "downloads"
    get = GetPublicCatalogue(downloads, fetch_file, maintenance.import_catalogue, maintenance.train)
    return await get(public, clusters=settings.clusters, seed=settings.seed, progress=tell)


async def _get_quietly(settings: Settings, public: PublicCatalogue) -> None:
    """Get a catalogue beside a running bot: with low priority and two lines of output."""
    with suppress(AttributeError, OSError):  # not on Windows
        os.nice(10)
    try:
        async with open_maintenance(settings) as maintenance:
            report, _ = await _install(maintenance, settings, public, _first_stage_only(public))
    except SamewaveError as error:
        say(
            f"The larger catalogue could not be downloaded; I go on with the songs I have. {error} Later: "
            f"`samewave catalogue get {public.name}` (SAMEWAVE_CATALOGUE=embedded switches this off)."
        )
        raise click.exceptions.Exit(1) from error
    say(
        f"The catalogue {public.name} is ready ({report.new:,} new songs, "
        f"licence: {public.licence}); the bot uses it within seconds."
    )


def _first_stage_only(public: PublicCatalogue) -> Tell:
    told = False

    def tell(stage: str, fraction: float) -> None:
        nonlocal told
        if fraction > 0 and not told:
            told = True
            say(
                f"Downloading the catalogue {public.name} in the background ({public.what}, about "
                f"{public.megabytes} MB; licence: {public.licence}); "
                "meanwhile I use the songs I have."
            )

    return tell
