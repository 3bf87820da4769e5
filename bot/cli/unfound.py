"""`samewave unfound`: queries without results, for the host."""

import click

from bot.cli.console import load_settings
from bot.cli.prepare import with_services
from bot.domain.recommendations import Choice
from bot.services.use_cases import Services


@click.group(invoke_without_command=True)
@click.pass_context
def unfound(context: click.Context) -> None:
    """List queries without results; look them up again, or say which song was meant."""
    if context.invoked_subcommand is None:
        with_services(load_settings(), _list, model=False)


@unfound.command()
def again() -> None:
    """Look them up again; those with a result leave the list."""
    with_services(load_settings(), _again)


@unfound.command()
@click.argument("words")
@click.argument("song")
def meant(words: str, song: str) -> None:
    """From now on answer WORDS by SONG (a title, "artist - title", or a Spotify link), in all servers."""

    async def name(services: Services) -> None:
        found = await services.guilds.unfound.name_words(words, song, services.scope.nowhere)
        if isinstance(found, Choice):
            songs = "; ".join(one.name for one in found.songs[:5])
            raise click.ClickException(f"Several songs may be meant ({songs}); say “artist - title”.")
        said, known = found
        click.echo(
            f"“{said}” is answered by {known.title} by {', '.join(known.artists)} from now on; "
            f"`samewave unfound back` takes it back."
        )

    with_services(load_settings(), name)


@unfound.command()
@click.argument("words")
def back(words: str) -> None:
    """Take back which song was meant by WORDS."""

    async def take_back(services: Services) -> None:
        taken = await services.guilds.unfound.take_back_words(words)
        click.echo(f"“{taken.words}” no longer means {taken.song.title}.")

    with_services(load_settings(), take_back, model=False)


async def _list(services: Services) -> None:
    listed, assigned = await services.guilds.unfound.shown(), await services.guilds.unfound.named()
    if not listed and not assigned:
        click.echo("There is nothing to list: a query is listed once three people got no result for it.")
    for song in listed:
        click.echo(f"{song.asked:>6} ×  {song.words}")
    for named in assigned:
        click.echo(f"   meant  {named.words} → {named.song.title} by {', '.join(named.song.artists)}")


async def _again(services: Services) -> None:
    found = await services.guilds.unfound.look_again(services.scope.nowhere)
    for song, seed in found:
        click.echo(f"{song.words}: {seed.name}")
    left = len(await services.guilds.unfound.shown())
    click.echo(f"{len(found)} found, {left} left.")
