"""`samewave recommend` and `samewave similar`: the bot's answers in the terminal."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from bot.cli.console import lines_of_stdin, load_settings, say, say_json, track_object
from bot.cli.prepare import with_services
from bot.domain.errors import SamewaveError
from bot.domain.recommendations import Recommendation, SeedSong
from bot.domain.views import SimilarSongs
from bot.i18n.translator import ENGLISH
from bot.presentation.reasons import artist_basis, why
from bot.services.scope import Scope
from bot.services.use_cases import Services

Answer = TypeVar("Answer")


@click.command()
@click.argument("song", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--seed", type=click.IntRange(min=0), help="Make the draw reproducible.")
def recommend(song: tuple[str, ...], as_json: bool, seed: int | None) -> None:
    """Answer SONG (a title, "artist - title", or a Spotify link) with another on the same wave.

    Of several songs by that name the most popular is taken. With `- --json` songs are read from standard
    input, one a line, and nobody outside is asked.
    """

    async def recommended(services: Services, song: SeedSong, scope: Scope) -> Recommendation:
        return await services.recommend.song.for_song(song, scope)

    async def told(services: Services, song: SeedSong, scope: Scope) -> dict[str, Any]:
        return as_object(await recommended(services, song, scope))

    if song == ("-",):
        _answer_lines(as_json, seed, told)
    else:
        answer = _answer(song, seed, recommended)
        if as_json:
            say_json(as_object(answer))
        else:
            _print(answer)


@click.command()
@click.argument("song", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def similar(song: tuple[str, ...], as_json: bool) -> None:
    """Show the five songs nearest to SONG, each once, none by its own artist.

    100 % is the same place in the model's space, 0 % as far as two songs picked at random are. With
    `- --json` songs are read from standard input, one a line, and nobody outside is asked.
    """
    if song == ("-",):
        _answer_lines(as_json, None, _near)
        return
    found = _answer(song, None, _similar)
    if as_json:
        more = [track_object(track) for track in found.more]
        say_json(
            {"seed": _seed(found.seed), "basis": found.basis, "similar": _with_percents(found), "more": more}
        )
        return
    _say_others(found.seed)
    if found.artist_sound is not None:
        click.echo(artist_basis(found.artist_sound, ENGLISH))
    click.secho(f"Near {found.seed.name}:", dim=True)
    for near in found.songs:
        click.echo(f"{near.percent:>3} %  {near.track.name}  {near.track.url}")
    if found.more:
        artist = found.artist_sound.artist if found.artist_sound else found.seed.artists[0]
        click.secho(f"More by {artist}:", dim=True)
        for track in found.more:
            click.echo(f"       {track.name}  {track.url}")


async def _similar(services: Services, song: SeedSong, scope: Scope) -> SimilarSongs:
    return await services.recommend.similar.to_song(song, scope)


async def _near(services: Services, song: SeedSong, scope: Scope) -> dict[str, Any]:
    found = await _similar(services, song, scope)
    row = None if found.seed.track is None else found.seed.track.row
    place = None if row is None else scope.serving.recommender.seed_of_row(row)
    return {
        "seed": _seed(found.seed),
        "basis": found.basis,
        "cluster": None if place is None else place.cluster,
        "songs": _with_percents(found),
    }


def _answer(
    words: tuple[str, ...],
    seed: int | None,
    answer: Callable[[Services, SeedSong, Scope], Awaitable[Answer]],
) -> Answer:
    """Answer for the likeliest song by that name."""

    async def work(services: Services) -> Answer:
        scope = services.scope.nowhere
        return await answer(services, await services.search.find.likeliest(typed(words), scope), scope)

    return with_services(load_settings(), work, seed=seed)


def _answer_lines(
    as_json: bool,
    seed: int | None,
    answer: Callable[[Services, SeedSong, Scope], Awaitable[dict[str, Any]]],
) -> None:
    """Print one JSON object for each line of standard input, in order; a fault is an object as well."""
    if not as_json:
        raise click.UsageError("`-` reads songs from standard input and prints JSON: add --json.")

    async def work(services: Services) -> None:
        scope = services.scope.nowhere
        for line in lines_of_stdin():
            try:
                found = await answer(services, await services.search.find.likeliest(line, scope), scope)
            except SamewaveError as error:
                found = {"error": str(error)}
            say_json({"query": line} | found)

    nobody_outside = {"reccobeats": False, "deezer": False, "listenbrainz": False, "covers": False}
    alone = load_settings().model_copy(update=nobody_outside | {"spotify_client_id": None})
    with_services(alone, work, seed=seed)


def as_object(answer: Recommendation) -> dict[str, Any]:
    """The answer as JSON values, a stable format for scripts."""
    return {
        "seed": _seed(answer.seed),
        "hot": answer.hot,
        "basis": answer.basis,
        "cluster": answer.seed_cluster,
        "pick": track_object(answer.pick) | {"cluster": answer.pick_cluster},
        "reason": why(answer, ENGLISH),
    }


def typed(words: tuple[str, ...]) -> str:
    """The words as text; invalid UTF-8 becomes question marks."""
    return " ".join(words).encode("utf-8", "replace").decode("utf-8")


def _seed(seed: SeedSong) -> dict[str, Any]:
    return {"id": seed.id, "title": seed.title, "artists": list(seed.artists)}


def _with_percents(found: SimilarSongs) -> list[dict[str, Any]]:
    return [track_object(near.track) | {"percent": near.percent} for near in found.songs]


def _say_others(seed: SeedSong) -> None:
    if seed.alternatives:
        say(f"Other songs that fit: {len(seed.alternatives)}; say “artist - title” for one of them.")


def _print(answer: Recommendation) -> None:
    _say_others(answer.seed)
    click.secho(f"For {answer.seed.name}:", dim=True)
    click.secho(answer.pick.name, bold=True)
    click.echo(why(answer, ENGLISH))
    click.echo(answer.pick.url)
