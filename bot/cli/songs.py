"""`samewave recommend`: the bot's answer in the terminal."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import click
import numpy as np

from bot.cli.console import lines_of_stdin, load_settings, run_async, say
from bot.cli.prepare import prepare
from bot.domain.errors import SamewaveError
from bot.domain.recommendations import Recommendation, SeedSong
from bot.domain.tracks import Track
from bot.domain.views import SimilarSongs
from bot.i18n.translator import ENGLISH
from bot.presentation.reasons import artist_basis, why
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.wiring import open_services


@click.command()
@click.argument("song", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--seed", type=click.IntRange(min=0), help="Make the draw reproducible.")
def recommend(song: tuple[str, ...], as_json: bool, seed: int | None) -> None:
    """Answer SONG (a title, "artist - title", or a Spotify link) with another on the same wave.

    Of several songs by that name the most popular is taken. With `- --json` songs are read from standard
    input, one a line, and nobody outside is asked.
    """
    settings = load_settings()
    if song == ("-",):
        run_async(_answer_lines(settings, as_json, seed, _recommended))
        return
    answer = run_async(_recommend(settings, typed(song), seed))
    if as_json:
        click.echo(json.dumps(as_object(answer), ensure_ascii=False))
    else:
        _print(answer)


async def _recommend(settings: Settings, song: str, seed: int | None) -> Recommendation:
    async with open_services(settings, rng=np.random.default_rng(seed)) as services:
        await prepare(services, retrain=False)
        scope = services.scope.nowhere
        return await services.recommend.song.for_song(
            await services.search.find.likeliest(song, scope), scope
        )


@click.command()
@click.argument("song", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def similar(song: tuple[str, ...], as_json: bool) -> None:
    """Show the five songs nearest to SONG, each once, none by its own artist.

    100 % is the same place in the model's space, 0 % as far as two songs picked at random are. With
    `- --json` songs are read from standard input, one a line, and nobody outside is asked.
    """
    if song == ("-",):
        run_async(_answer_lines(load_settings(), as_json, None, _near))
        return
    found = run_async(_similar(load_settings(), typed(song)))
    if as_json:
        songs = [_track(near.track) | {"percent": near.percent} for near in found.songs]
        more = [_track(track) for track in found.more]
        told = {"seed": _seed(found.seed), "basis": found.basis, "similar": songs, "more": more}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _say_others(found.seed)
    if found.artist_sound is not None:
        click.echo(artist_basis(found.artist_sound, ENGLISH))
    click.secho(f"Near {found.seed.name}:", dim=True)
    for near in found.songs:
        line = f"{near.percent:>3} %  {near.track.name}  {near.track.url}"
        click.echo(line)
    if found.more:
        artist = found.artist_sound.artist if found.artist_sound else found.seed.artists[0]
        click.secho(f"More by {artist}:", dim=True)
        for track in found.more:
            click.echo(f"       {track.name}  {track.url}")


async def _similar(settings: Settings, song: str) -> SimilarSongs:
    async with open_services(settings, rng=np.random.default_rng()) as services:
        await prepare(services, retrain=False)
        scope = services.scope.nowhere
        return await services.recommend.similar.to_song(
            await services.search.find.likeliest(song, scope), scope
        )


async def _answer_lines(
    settings: Settings,
    as_json: bool,
    seed: int | None,
    answer: Callable[[Services, SeedSong, Scope], Awaitable[dict[str, Any]]],
) -> None:
    """Print one JSON object for each line of standard input, in order; a fault is an object as well."""
    if not as_json:
        raise click.UsageError("`-` reads songs from standard input and prints JSON: add --json.")
    nobody_outside = {"reccobeats": False, "deezer": False, "listenbrainz": False, "covers": False}
    alone = settings.model_copy(update=nobody_outside | {"spotify_client_id": None})
    async with open_services(alone, rng=np.random.default_rng(seed)) as services:
        await prepare(services, retrain=False)
        scope = services.scope.nowhere
        for line in lines_of_stdin():
            try:
                song = await services.search.find.likeliest(line, scope)
                found = await answer(services, song, scope)
            except SamewaveError as error:
                found = {"error": str(error)}
            click.echo(json.dumps({"query": line} | found, ensure_ascii=False))


async def _recommended(services: Services, song: SeedSong, scope: Scope) -> dict[str, Any]:
    return as_object(await services.recommend.song.for_song(song, scope))


async def _near(services: Services, song: SeedSong, scope: Scope) -> dict[str, Any]:
    found = await services.recommend.similar.to_song(song, scope)
    row = None if found.seed.track is None else found.seed.track.row
    seed = None if row is None else scope.serving.recommender.seed_of_row(row)
    return {
        "seed": _seed(found.seed),
        "basis": found.basis,
        "cluster": None if seed is None else seed.cluster,
        "songs": [_track(near.track) | {"percent": near.percent} for near in found.songs],
    }


def as_object(answer: Recommendation) -> dict[str, Any]:
    """The answer as JSON values, a stable format for scripts."""
    return {
        "seed": _seed(answer.seed),
        "hot": answer.hot,
        "basis": answer.basis,
        "cluster": answer.seed_cluster,
        "pick": _track(answer.pick) | {"cluster": answer.pick_cluster},
        "reason": why(answer, ENGLISH),
    }


def typed(words: tuple[str, ...]) -> str:
    """The words as text; invalid UTF-8 becomes question marks."""
    return " ".join(words).encode("utf-8", "replace").decode("utf-8")


def _seed(seed: SeedSong) -> dict[str, Any]:
    return {"id": seed.id, "title": seed.title, "artists": list(seed.artists)}


def _track(track: Track) -> dict[str, Any]:
    return {"id": track.id, "title": track.title, "artists": list(track.artists), "url": track.url}


def _say_others(seed: SeedSong) -> None:
    if seed.alternatives:
        sentence = f"Other songs that fit: {len(seed.alternatives)}; say “artist - title” for one of them."
        say(sentence)


def _print(answer: Recommendation) -> None:
    _say_others(answer.seed)
    click.secho(f"For {answer.seed.name}:", dim=True)
    click.secho(answer.pick.name, bold=True)
    click.echo(why(answer, ENGLISH))
    click.echo(answer.pick.url)
