"""`samewave find`: how queries are read."""

from typing import Any

import click

from bot.cli.console import lines_of_stdin, load_settings, say_json
from bot.cli.prepare import prepare_catalogue, with_services
from bot.cli.songs import typed
from bot.services.search.explain import Explanation, ScoredSong
from bot.services.use_cases import Services


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a query.")
def find(query: tuple[str, ...], as_json: bool) -> None:
    """Show how QUERY is read: the songs it may mean, with scores and why.

    With `-` queries are read from standard input, one a line. It reads the
    catalogue and the stored hot list; no model is needed.
    """
    settings = load_settings()

    async def explain(services: Services) -> None:
        await prepare_catalogue(services, settings)
        for text in lines_of_stdin() if query == ("-",) else [typed(query)]:
            found = await services.search.explain(text, services.scope.nowhere)
            if as_json:
                say_json(as_object(found))
            else:
                _print(found)

    with_services(settings, explain, model=False)


def as_object(found: Explanation) -> dict[str, Any]:
    """An explanation as JSON values, a stable format for scripts."""
    return {
        "query": found.query,
        "outcome": found.outcome,
        "songs": [_song(one) for one in found.songs],
        "artist": found.artist,
        "basis": found.basis,
        "nearest": list(found.nearest),
        "unsure": found.unsure,
        "read": _read(found),
    } | ({"refusal": found.refusal} if found.refusal else {})


def _song(one: ScoredSong) -> dict[str, Any]:
    return {
        "id": one.song.id,
        "title": one.song.title,
        "artists": list(one.song.artists),
        "popularity": one.popularity,
        "score": round(one.score, 3),
    }


def _read(found: Explanation) -> dict[str, str]:
    return {"title": found.title, "artist": found.named_artist, "version": found.version}


def _print(found: Explanation) -> None:
    what = {
        "song": "a song",
        "choice": "guesses: did you mean one of these?" if found.unsure else "several songs",
        "artist": f"the artist {found.artist}",
        "unknown": "not known here",
        "refused": found.refusal,
    }[found.outcome]
    click.secho(f"“{found.query}”: {what}", bold=True)
    if words := ", ".join(f"{name} “{text}”" for name, text in _read(found).items() if text):
        click.secho(f"  read: {words}", dim=True)
    for one in found.songs:
        click.echo(f"  {one.score:.3f}  {one.song.name} ({one.popularity}): {one.why}")
    if found.outcome == "unknown":
        for name in found.nearest:
            click.echo(f"  near: {name}")
        if found.artist:
            click.echo(f"  the artist is known: {found.artist}")
