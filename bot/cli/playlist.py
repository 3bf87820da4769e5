"""`samewave playlist`: playlists from a description in words."""

from collections.abc import Iterable
from typing import Any

import click

from bot.cli.console import lines_of_stdin, load_settings, say_json, track_object
from bot.cli.prepare import with_services
from bot.domain.errors import SamewaveError
from bot.domain.playlists import FEWEST, MOST, USUAL
from bot.domain.wishes import Part
from bot.i18n.translator import ENGLISH
from bot.presentation.wishes import notes, part_text, wish_text
from bot.services.playlists.from_words import WordsPlaylist
from bot.services.use_cases import Services


@click.command()
@click.option("--words", required=True, help="What you want to hear; `-` reads one wish a line.")
@click.option("--songs", type=click.IntRange(FEWEST, MOST), default=USUAL, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a wish.")
@click.option("--seed", type=click.IntRange(min=0), help="Make the draw reproducible.")
def playlist(words: str, songs: int, as_json: bool, seed: int | None) -> None:
    """Make a playlist from a description in words, in any language.

    For example: samewave playlist --words "something calm for a rainy drive, no vocals".
    """

    async def make(services: Services) -> None:
        from_words, scope = services.playlists.from_words, services.scope.nowhere
        for text in lines_of_stdin() if words == "-" else [words]:
            wish = await from_words.understand(text, scope)
            try:
                made = await from_words.of_wish(wish, songs, scope)
            except SamewaveError as error:
                if not as_json:
                    raise
                told = _understood(wish.parts) | {"unknown": list(wish.unknown), "songs": []}
                told |= {"error": str(error)}
            else:
                told = as_object(made)
                if not as_json:
                    _print(made)
            if as_json:
                say_json({"words": text} | told)

    with_services(load_settings(), make, seed=seed)


def as_object(made: WordsPlaylist) -> dict[str, Any]:
    """A playlist as JSON values, a stable format for scripts."""
    return _understood(made.wish.parts) | {
        "left_out": [part_text(part, ENGLISH) for part in made.left_out],
        "unknown": list(made.wish.unknown),
        "songs": [track_object(track) for track in made.playlist.songs],
    }


def _understood(parts: Iterable[Part]) -> dict[str, Any]:
    return {
        "understood": [
            {"kind": part.kind, "value": part.value, "negated": part.negated, "guess": part.guess}
            for part in parts
        ]
    }


def _print(made: WordsPlaylist) -> None:
    click.secho(f"You asked for: {wish_text(made.wish, ENGLISH)}", bold=True)
    for note in notes(made.wish, made.left_out, ENGLISH):
        click.secho(note, dim=True)
    for number, track in enumerate(made.playlist.songs, start=1):
        click.echo(f"{number:>3}  {track.name}  {track.url}")
